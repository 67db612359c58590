import { AppError } from '../domain/errors.ts';
import type { GroupId } from '../domain/ids.ts';
import { roleName } from '../policy/table.ts';
import { type HomeContent, type RecentCustomer, readHome } from '../services/home/read-home.ts';
import { TRANSFERS_PER_PAGE } from '../services/transfers/list-transfers.ts';
import { type CommandContext, groupOf } from './context.ts';
import type { FormOption, LookupOf } from './form.ts';
import { groupOption } from './forms/option.ts';
import type { Reply, ReplyAction, ReplyBlock } from './reply.ts';
import { type AnswerDeps, type SlackAsking, slackContext } from './slack-context.ts';
import { wordError } from './wording/errors.ts';
import { aboutTopics } from './wording/topics.ts';
import { transferBlocks } from './wording/transfer-list.ts';

/** A block of a person's own page: what a reply has, and a few more. */
export type HomeBlock =
  | ReplyBlock
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'divider' }
  /** A menu that looks things up; choosing runs `command` and the choice's value. */
  | {
      readonly kind: 'search';
      readonly label: string;
      readonly of: LookupOf;
      readonly command: string;
      readonly value: FormOption | null;
    };

/** A person's own page, the same data for the same state of things. */
export interface HomePage {
  /** Full path of the group that it is about; null before there is one. */
  readonly group: string | null;
  /** Whose customers it shows; null where it shows nobody's. */
  readonly crmGroupId: GroupId | null;
  /** Says only that something is not to be had just now: nothing to replace a page with that says more. */
  readonly isOutage: boolean;
  readonly blocks: readonly HomeBlock[];
}

/** The page of whoever asks. Throws only what is our own fault. */
export async function homePage(deps: AnswerDeps, asking: SlackAsking): Promise<HomePage> {
  let context: CommandContext | null = null;
  try {
    context = await slackContext(deps, asking, { group: null, typed: '' });
    const opened = await groupOf(context);
    const content = await readHome(deps.services, opened, asking);
    return {
      group: content.group.fullPath,
      crmGroupId: opened.crmGroup.id,
      isOutage: false,
      blocks: [...blocksOf(content), ...account(context)],
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      group: null,
      crmGroupId: null,
      isOutage: error.code.startsWith('unavailable.'),
      blocks: [...without(error), ...(context ? account(context) : [])],
    };
  }
}

/** Not connected, or no group yet: what it takes, and the way there. */
function without(error: AppError): HomeBlock[] {
  const { title, blocks }: Reply = wordError(error);
  const isUnlinked = error.code === 'actor.unlinked' || error.code === 'actor.blocked';
  const choice: HomeBlock[] =
    error.code === 'ambiguous.group'
      ? [{ kind: 'search', label: 'My group', of: 'group', command: 'group mine', value: null }]
      : [];
  return [
    { kind: 'heading', text: 'Tieline' },
    { kind: 'text', text: title },
    ...blocks.filter((block) => block.kind !== 'list'),
    ...choice,
    ...(isUnlinked ? [actions([{ label: 'Connect GitLab', command: 'connect', style: 'primary' }])] : []),
  ];
}

const actions = (given: readonly ReplyAction[]): HomeBlock => ({ kind: 'actions', actions: given });

function blocksOf(content: HomeContent): HomeBlock[] {
  return [
    { kind: 'heading', text: `Customers of ${content.crmGroup}` },
    { kind: 'search', label: 'Find a contact or organization', of: 'customer', command: 'show', value: null },
    actions(firstActions(content)),
    ...needsYou(content),
    ...recently(content),
    { kind: 'divider' },
    { kind: 'heading', text: 'Settings' },
    {
      kind: 'search',
      label: 'My group',
      of: 'group',
      command: 'group mine',
      value: groupOption(content.group),
    },
    { kind: 'hint', text: `You are ${roleName(content.role)} in ${content.crmGroup}.` },
    ...notices(content),
  ];
}

function firstActions({ may }: HomeContent): ReplyAction[] {
  return [
    ...(may.createContact
      ? [{ label: 'New contact', command: 'new contact --form', style: 'primary' as const }]
      : []),
    ...(may.createOrganization ? [{ label: 'New organization', command: 'new org --form' }] : []),
    { label: 'Link contacts to an issue', command: 'link --form' },
  ];
}

function needsYou({ held, ended }: HomeContent): HomeBlock[] {
  const [mine, others] = [held.filter(mayDecide), held.filter((transfer) => !mayDecide(transfer))];
  // The first page of the ledger begins with all that wait; it may be full of them.
  const all =
    held.length < TRANSFERS_PER_PAGE ? [] : [actions([{ label: 'All transfers', command: 'transfers' }])];
  return [
    ...section('Needs you', [...mine.flatMap(transferBlocks), ...ended.map(endedBlock)]),
    ...section('Waits for somebody else', others.flatMap(transferBlocks)),
    ...all,
  ];
}

const mayDecide = ({ may }: HomeContent['held'][number]): boolean => may.migrate || may.leave;

const section = (heading: string, blocks: readonly HomeBlock[]): HomeBlock[] =>
  blocks.length === 0 ? [] : [{ kind: 'divider' }, { kind: 'heading', text: heading }, ...blocks];

const endedBlock = ({ channelId, group, reason }: HomeContent['ended'][number]): HomeBlock => ({
  kind: 'text',
  text: [
    { text: 'Notices of ' },
    { strong: group },
    {
      text: ` ${isOwn(channelId) ? 'in person' : 'to a channel that you turned them on for'} have ended: ${reason}.`,
    },
  ],
});

/** People go by `U…` or `W…`, and conversations with one of them by `D…`. */
const isOwn = (channelId: string): boolean => /^[UWD]/.test(channelId);

const item = ({ kind, id, name }: RecentCustomer) => ({
  text: [{ strong: name }],
  ...(kind === 'organization' && { detail: 'Organization' }),
  action: { label: 'Show', command: `show ${kind === 'contact' ? 'C' : 'O'}${id}` },
});

function recently({ mine, recent, seen }: HomeContent): HomeBlock[] {
  const others = recent.filter((row) => !mine.some((own) => own.kind === row.kind && own.id === row.id));
  return [
    ...list('Seen by you lately', seen),
    ...list('Changed by you lately', mine),
    ...list(mine.length === 0 ? 'Changed lately' : 'Changed lately by others', others),
  ];
}

const list = (heading: string, rows: readonly RecentCustomer[]): HomeBlock[] =>
  rows.length === 0
    ? []
    : [{ kind: 'divider' }, { kind: 'heading', text: heading }, { kind: 'list', items: rows.map(item) }];

function notices({ notices: heard, may }: HomeContent): HomeBlock[] {
  const lines = heard.map(({ group, topics }) => `${group}: ${aboutTopics(topics)}`);
  return [
    {
      kind: 'hint',
      text:
        lines.length === 0
          ? 'You get no notices in person.'
          : `You are told in person about ${lines.join('; ')}.`,
    },
    actions([
      { label: 'My notices', command: 'notify --form' },
      ...(may.settings ? [{ label: 'Group settings', command: 'source --form' }] : []),
      { label: 'Help', command: 'help' },
    ]),
  ];
}

function account({ actor, where }: CommandContext): HomeBlock[] {
  const connected = where.surface === 'slack' && where.identifiedBy === 'oauth';
  return [
    { kind: 'divider' },
    {
      kind: 'hint',
      text: `On GitLab you are ${actor.name} (${actor.username})${connected ? ', connected by yourself' : ', found by your e-mail address'}.`,
    },
    actions([
      connected
        ? {
            label: 'Disconnect GitLab',
            command: 'disconnect',
            confirm: 'Tieline forgets which GitLab account is yours. You can connect it again.',
          }
        : { label: 'Connect GitLab', command: 'connect' },
    ]),
  ];
}
