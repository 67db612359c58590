import type { Command } from './command.ts';
import { addContacts, removeContacts, setContacts } from './definitions/change-contacts.ts';
import { connect } from './definitions/connect.ts';
import { contacts } from './definitions/contacts.ts';
import { createContactCommand } from './definitions/create-contact.ts';
import { createOrganizationCommand } from './definitions/create-organization.ts';
import { digest } from './definitions/digest.ts';
import { disconnect } from './definitions/disconnect.ts';
import { edit } from './definitions/edit.ts';
import { disable, enable } from './definitions/enable.ts';
import { find } from './definitions/find.ts';
import { group } from './definitions/group.ts';
import { helpCommand } from './definitions/help.ts';
import { issues } from './definitions/issues.ts';
import { notify } from './definitions/notify.ts';
import { activate, deactivate } from './definitions/set-active.ts';
import { show } from './definitions/show.ts';
import { source } from './definitions/source.ts';
import { leaveCommand, migrateCommand, transferReport, transfers } from './definitions/transfers.ts';
import { whoami } from './definitions/whoami.ts';
import { workIn } from './definitions/work-in.ts';

/** Every command there is, in the order help shows them. */
export const COMMANDS: readonly Command[] = [
  find,
  show,
  createContactCommand,
  createOrganizationCommand,
  edit,
  activate,
  deactivate,
  addContacts,
  removeContacts,
  setContacts,
  contacts,
  issues,
  workIn,
  group,
  enable,
  disable,
  source,
  notify,
  digest,
  transfers,
  migrateCommand,
  leaveCommand,
  transferReport,
  connect,
  disconnect,
  whoami,
  helpCommand(() => COMMANDS),
];

/** The command a quick-action name stands for in a GitLab comment; null when it is none of ours. */
export function gitlabCommand(name: string): Command | null {
  const wanted = name.toLowerCase();
  return (
    COMMANDS.find(
      ({ surfaces: { gitlab } }) => gitlab?.name === wanted || gitlab?.aliases?.includes(wanted),
    ) ?? null
  );
}

/** The command that the first words of a `/crm` line name, and how many words that took; null when none does. */
export function slackCommand(words: readonly string[]): { command: Command; taken: number } | null {
  const lower = words.map((word) => word.toLowerCase());
  const starts = (form: readonly string[]): boolean => form.every((word, index) => lower[index] === word);
  for (const command of COMMANDS) {
    const { slack } = command.surfaces;
    const form = [slack?.words ?? [], ...(slack?.aliases ?? [])].find(
      (candidate) => candidate.length > 0 && starts(candidate),
    );
    if (form) return { command, taken: form.length };
  }
  return null;
}

/** Every first word or phrase that a `/crm` line may start with. */
export function slackNames(): string[] {
  return COMMANDS.flatMap(({ surfaces: { slack } }) =>
    slack ? [slack.words, ...(slack.aliases ?? [])].map((words) => words.join(' ')) : [],
  );
}

/** The commands whose first word this is, where it takes a second one; each by its own name only. */
export function slackNamesUnder(first: string): string[] {
  const wanted = first.toLowerCase();
  return COMMANDS.flatMap(({ surfaces: { slack } }) =>
    slack && slack.words.length > 1 && slack.words[0] === wanted ? [slack.words.join(' ')] : [],
  );
}
