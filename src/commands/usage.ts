import { lowestRole } from '../policy/table.ts';
import { argFields, type Command } from './command.ts';

function hintOf(name: string, meta: ReturnType<typeof argFields>[number]['meta']): string {
  switch (meta.typed) {
    case 'flag':
      return `--${name}`;
    case 'option':
      return `${name}=${meta.hint}`;
    case 'each':
      return `${meta.hint}…`;
    default:
      return meta.hint;
  }
}

/** The one-line form on Slack: `/crm link <issue> <contact…>`; null when the command is not to be had there. */
export function slackUsage(command: Command): string | null {
  const form = command.surfaces.slack;
  if (!form) return null;
  const fields = argFields(command.args)
    .filter((field) => !field.meta.hidden)
    .map(({ name, meta, required }) => {
      const hint = hintOf(name, meta);
      return required ? `<${hint}>` : `[${hint}]`;
    });
  return ['/crm', ...form.words, ...fields].join(' ');
}

/** The one-line form in a GitLab comment: `@tieline add_contacts <contact…>`; null when there is none. */
export function gitlabUsage(command: Command, botUsername: string): string | null {
  const form = command.surfaces.gitlab;
  if (!form) return null;
  const field = argFields(command.args).find(({ name }) => name === form.contacts);
  const hint = field ? ` <${hintOf(field.name, field.meta)}>` : '';
  return `@${botUsername} ${form.name}${hint}`;
}

/** Who may use a command, read from the policy table. */
export function whoMay(command: Command): string {
  if (command.ability === null) return 'Everybody';
  const role = lowestRole(command.ability);
  return role === 'Owner' ? 'Owners' : `${role} and higher`;
}
