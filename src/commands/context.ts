import type { Actor } from '../domain/actor.ts';
import { fail } from '../domain/errors.ts';
import { parseIssueReference } from '../domain/references.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { chooseGroup, type SlackPlace } from '../services/groups/choose-group.ts';
import { type OpenedCrmGroup, openCrmGroup } from '../services/groups/open-crm-group.ts';
import type { Identified } from '../services/identity/identify-slack-user.ts';
import { type OpenedIssue, openFetchedIssue, openIssue } from '../services/issues/open-issue.ts';
import type { DirectoryIssue } from '../services/ports.ts';

/** Somebody on Slack, before anybody asked which GitLab account is theirs. */
export interface PersonContext {
  readonly deps: ServiceDeps;
  readonly person: SlackPlace;
  /** Asks. Throws `actor.*` for who has none that serves. */
  readonly identify: () => Promise<Identified>;
}

/** Where a command was given. */
export type Where =
  | {
      readonly surface: 'slack';
      readonly place: SlackPlace;
      /** From `group=`. */
      readonly group: string | null;
      /** How the GitLab account was found. */
      readonly identifiedBy: 'oauth' | 'email';
    }
  | { readonly surface: 'gitlab'; readonly issue: DirectoryIssue };

export interface CommandContext {
  readonly deps: ServiceDeps;
  readonly actor: Actor;
  readonly where: Where;
  /** The command as it was typed after `/crm`, without shared options; follow-up buttons build on it. */
  readonly typed: string;
  /** The bot's own GitLab username, for usage lines. */
  readonly botUsername: string;
}

/** The issue a command is about: the one commented on, else the one that was typed. */
export function issueOf(context: CommandContext, typed: string | undefined): Promise<OpenedIssue> {
  const { deps, actor, where } = context;
  if (where.surface === 'gitlab') return openFetchedIssue(deps, actor, where.issue);
  if (typed === undefined) throw fail('input.missing', { field: 'issue', usage: '' });
  return openIssue(deps, actor, parseIssueReference(typed, deps.instanceUrl));
}

/** The group a command works in, with the crm group that applies there. */
export async function groupOf(context: CommandContext): Promise<OpenedCrmGroup> {
  const { deps, actor, where } = context;
  if (where.surface === 'gitlab') {
    const group = where.issue.project.hierarchy?.chain[0];
    if (!group) throw fail('forbidden.no_crm_group', { where: where.issue.project.fullPath });
    return openCrmGroup(deps, actor, group.id);
  }
  const chosen = await chooseGroup(deps, actor, { named: where.group, place: where.place });
  return openCrmGroup(deps, actor, chosen.reference);
}

/** The path of a group that was typed, else what `group=` says; null when neither does. */
export function groupPath({ where }: CommandContext, typed: string | undefined): string | null {
  const named = typed ?? (where.surface === 'slack' ? where.group : null);
  return named?.replace(/^\/+|\/+$/g, '') || null;
}

/** The address of an issue on this GitLab. */
export function issueUrl(context: Pick<CommandContext, 'deps'>, reference: string): string {
  const [project = '', iid = ''] = reference.split('#');
  return `${context.deps.instanceUrl}/${project}/-/issues/${iid}`;
}
