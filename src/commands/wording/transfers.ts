import type { CrmEvent } from '../../domain/events.ts';
import {
  countOf,
  type OutcomeCounts,
  type TransferCounts,
  type TransferReason,
  type TransferView,
} from '../../domain/transfer-report.ts';
import type { Inline, Reply, ReplyAction, ReplyBlock, Span } from '../reply.ts';
import { count, listed } from './phrases.ts';

type TransferEvent = Extract<CrmEvent, { transfer: unknown }>;

const KINDS = { group: 'group', project: 'project', issue: 'issue' } as const;

/** "the group acme/support", or "a group" where the reader may not know which. */
function subjectSpans({ kind, subject }: TransferView, article: 'The' | 'the'): Span[] {
  if (subject === null) return [{ text: `${article === 'The' ? 'A' : 'a'} ${KINDS[kind]}` }];
  return [{ text: `${article} ${KINDS[kind]} ` }, { strong: subject }];
}

/** " from acme to globex", naming only what the reader may see. */
function wayText({ from, to, hasTarget }: TransferView): string {
  const source = from ?? 'another hierarchy';
  const target = to ?? (hasTarget ? 'another hierarchy' : 'a personal namespace');
  return ` from ${source} to ${target}`;
}

const OUTCOMES = {
  moved: 'moved',
  copied: 'copied',
  merged: 'merged',
  conflict: 'merged with losses',
  dropped: 'dropped',
  waiting: 'waiting',
} as const;

function rowsText(counts: OutcomeCounts, singular: string): string | null {
  const present = (Object.keys(OUTCOMES) as (keyof typeof OUTCOMES)[]).filter(
    (outcome) => countOf(counts, outcome) > 0,
  );
  const parts = present.map((outcome) => `${countOf(counts, outcome)} ${OUTCOMES[outcome]}`);
  const sum = Object.values(counts).reduce((a, b) => a + b, 0);
  if (sum === 0) return null;
  const [only, ...others] = present;
  if (only && others.length === 0) return `${count(sum, singular)} ${OUTCOMES[only]}`;
  return `${count(sum, singular)}: ${listed(parts)}`;
}

/** "4 contacts: 3 moved and 1 merged", one line for each kind of row; a single line when there was nothing. */
export function countLines({ contacts, organizations, links }: TransferCounts): string[] {
  const lines = [
    rowsText(contacts, 'contact'),
    rowsText(organizations, 'organization'),
    rowsText(links, 'link'),
  ].filter((line) => line !== null);
  return lines.length === 0 ? ['There was nothing to bring.'] : lines;
}

/** The buttons of a held transfer. */
export function decisionActions(
  { id }: Pick<TransferView, 'id'>,
  may: { migrate: boolean; leave: boolean },
): ReplyAction[] {
  const migrate: ReplyAction = {
    label: 'Migrate',
    command: `transfer migrate ${id}`,
    style: 'primary',
    confirm: 'Bring the contacts and organizations to the new group? This cannot be taken back.',
  };
  const leave: ReplyAction = {
    label: 'Leave behind',
    command: `transfer leave ${id}`,
    style: 'danger',
    confirm:
      'Drop the links of the moved issues? The contacts stay where they are. This cannot be taken back.',
  };
  return [...(may.migrate ? [migrate] : []), ...(may.leave ? [leave] : [])];
}

const WHY_HELD: Readonly<Record<string, string>> = {
  no_actor: 'It is not known who moved it.',
  role: 'Whoever moved it may not create contacts and organizations in the new group.',
  crm_disabled: 'CRM is off for the new group.',
};

/** Why a transfer waits, in a sentence; null for one that does not. */
export const whyHeld = ({ state, reason }: TransferView): string | null =>
  state === 'held' && reason !== null ? (WHY_HELD[reason] ?? null) : null;

const OVERTAKEN: Partial<Record<TransferReason, string>> = {
  moved_back: 'it moved back',
  moved_on: 'it moved on',
  nothing_left: 'nothing is left to bring',
};

/** "Migrated by Nina Novak.", and what came of it. */
function decidedLines({ state, reason, counts }: TransferView, who: string | null): string[] {
  const by = who === null ? '' : ` by ${who}`;
  if (state === 'applied') return [`Migrated${by}.`, countLines(counts).join(' · ')];
  if (state === 'left_behind') return [`Left behind${by}.`, countLines(counts).join(' · ')];
  const why = reason === null ? undefined : OVERTAKEN[reason];
  return [`There is nothing to decide any more${why ? `: ${why}` : ''}.`];
}

/** Takes the place of the notice that it was held, without its buttons. */
function wordDecidedNotice(transfer: TransferView, who: string | null): Reply {
  return {
    tone: 'info',
    title: [...subjectSpans(transfer, 'The'), { text: ` moved${wayText(transfer)}.` }],
    blocks: decidedLines(transfer, who).map((text) => ({ kind: 'hint', text })),
    visibility: 'public',
  };
}

/** Words the notice of something that moved, for a channel of one side of it. */
export function wordTransferNotice({ kind, transfer }: TransferEvent, who: string | null): Reply {
  if (kind === 'group.transfer_decided') return wordDecidedNotice(transfer, who);
  const blocks: ReplyBlock[] = linesOf({ kind, transfer }).map((text) => ({ kind: 'hint', text }));
  if (kind === 'group.transfer_held') {
    const actions = decisionActions(transfer, { migrate: true, leave: true });
    blocks.push({ kind: 'actions', actions });
  }
  const tone = kind === 'group.transfer_held' ? 'warning' : 'info';
  return { tone, title: titleOf({ kind, transfer }, who), blocks, visibility: 'public' };
}

function titleOf({ kind, transfer }: TransferEvent, who: string | null): Inline {
  const way = wayText(transfer);
  const subject = subjectSpans(transfer, 'the');
  if (kind === 'group.transfer_held') {
    return [...subjectSpans(transfer, 'The'), { text: ` moved${way}; its customers wait for a decision.` }];
  }
  if (transfer.state === 'left_behind') {
    return [{ text: `${who ?? 'Somebody'} left the customers of ` }, ...subject, { text: ` behind.` }];
  }
  if (kind === 'issue.moved') {
    const verb = transfer.reason === 'cloned' ? 'was cloned' : 'moved';
    return [...subjectSpans(transfer, 'The'), { text: ` ${verb}.` }];
  }
  return who === null || kind === 'project.transferred'
    ? [...subjectSpans(transfer, 'The'), { text: ` moved${way}.` }]
    : [{ text: `${who} brought the customers of ` }, ...subject, { text: `${way}.` }];
}

function linesOf({ kind, transfer }: TransferEvent): string[] {
  if (kind === 'issue.moved') return [issueLine(transfer)];
  const why = whyHeld(transfer);
  const frozen =
    kind === 'group.transfer_held' ? ['Until then the links of its issues cannot be changed.'] : [];
  return [countLines(transfer.counts).join(' · '), ...(why === null ? [] : [why]), ...frozen];
}

function issueLine({ counts, reason }: TransferView): string {
  const dropped = countOf(counts.links, 'dropped');
  const carried = countOf(counts.links, 'moved', 'copied');
  if (dropped > 0) {
    return `${count(dropped, 'contact')} ${reason === 'cloned' ? 'not taken along' : 'removed'}: the new place has other contacts.`;
  }
  return `${count(carried, 'contact')} ${reason === 'cloned' ? 'copied' : 'carried over'}.`;
}

/** Words the note that tells on an issue what its move took off it; GitLab's own sentence. */
export function wordRemovedContacts(removed: number): Reply {
  return { tone: 'info', title: `removed ${count(removed, 'contact')}`, blocks: [], visibility: 'public' };
}
