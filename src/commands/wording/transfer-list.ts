import type {
  TransferEntry,
  TransferReason,
  TransferState,
  TransferView,
} from '../../domain/transfer-report.ts';
import type { TransferDecided } from '../../services/transfers/decide-held.ts';
import type { ListedTransfer, TransferReport } from '../../services/transfers/list-transfers.ts';
import type { Inline, Reply, ReplyBlock, ReplyItem } from '../reply.ts';
import { countLines, decisionActions, whyHeld } from './transfers.ts';

const STATES: Readonly<Record<TransferState, string>> = {
  held: 'waits for a decision',
  applied: 'done',
  left_behind: 'left behind',
  superseded: 'overtaken',
  failed: 'failed',
};

const REASONS: Partial<Record<TransferReason, string>> = {
  moved_back: 'it moved back',
  moved_on: 'it moved on',
  nothing_left: 'nothing was left to decide',
  cloned: 'cloned',
};

const place = (path: string | null, isThere = true): string =>
  path ?? (isThere ? 'another hierarchy' : 'a personal namespace');

function headline({ id, kind, subject, from, to, hasTarget, state, reason }: TransferView): Inline {
  const why = reason === null ? undefined : REASONS[reason];
  return [
    { text: `#${id} ` },
    { strong: subject ?? `a ${kind}` },
    {
      text: ` (${kind}): ${place(from)} → ${place(to, hasTarget)}, ${STATES[state]}${why ? `: ${why}` : ''}`,
    },
  ];
}

/** A transfer in a list, with the buttons of what the reader may do about it. */
export function transferBlocks({ view, may }: ListedTransfer): ReplyBlock[] {
  const why = whyHeld(view);
  const actions = [
    ...decisionActions(view, may),
    ...(may.report ? [{ label: 'Report', command: `transfer report ${view.id}` }] : []),
  ];
  const detail = [countLines(view.counts).join(' · '), ...(why === null ? [] : [why])].join(' · ');
  return [
    { kind: 'list', items: [{ text: headline(view), detail }] },
    ...(actions.length === 0 ? [] : [{ kind: 'actions' as const, actions }]),
  ];
}

/** Says what came of a decision on a held transfer. */
export function wordDecided({ view, isNew }: TransferDecided): Reply {
  const { state, counts, id } = view;
  const subject: Inline = [{ strong: view.subject ?? 'a group' }];
  const report = { label: 'Report', command: `transfer report ${id}` };
  const reason = view.reason === null ? undefined : REASONS[view.reason];
  const title: Inline = isNew
    ? state === 'left_behind'
      ? [{ text: 'The customers of ' }, ...subject, { text: ' stay where they were.' }]
      : [{ text: 'The customers of ' }, ...subject, { text: ' were brought over.' }]
    : [
        { text: 'Nothing changed: the transfer of ' },
        ...subject,
        { text: ` is ${STATES[state]}${reason ? ` (${reason})` : ''}.` },
      ];
  return {
    tone: isNew ? 'ok' : 'info',
    title,
    blocks: [
      ...countLines(counts).map((text): ReplyBlock => ({ kind: 'hint', text })),
      { kind: 'actions', actions: [report] },
    ],
    visibility: 'private',
  };
}

/** The head of a report. */
export function wordReportTitle({ view, isPreview }: TransferReport): Inline {
  const line = headline(view);
  return isPreview
    ? [{ text: 'What would happen: ' }, ...(typeof line === 'string' ? [{ text: line }] : line)]
    : line;
}

const OUTCOMES: Readonly<Record<TransferEntry['outcome'], string>> = {
  moved: 'moved',
  copied: 'copied',
  merged: 'merged into',
  conflict: 'merged into',
  dropped: 'dropped',
};

/** One row of a report: what it was, what became of it, and the values that lost. */
export function entryItem({ kind, outcome, subjectId, targetId, data }: TransferEntry): ReplyItem {
  if (kind === 'link') return linkItem({ outcome, subjectId, targetId, data });
  const letter = kind === 'contact' ? 'C' : 'O';
  const target =
    targetId !== null && targetId !== subjectId
      ? ` ${outcome === 'copied' ? 'as ' : ''}${letter}${targetId}`
      : '';
  const lost = Object.entries(data ?? {}).map(([field, value]) => `${field}: ${String(value)}`);
  return {
    text: `${letter}${subjectId} ${OUTCOMES[outcome]}${target}`,
    ...(lost.length === 0 ? {} : { detail: `Lost: ${lost.join(' · ')}` }),
  };
}

function linkItem({
  outcome,
  subjectId,
  targetId,
  data,
}: Omit<TransferEntry, 'kind' | 'position'>): ReplyItem {
  const contact = targetId ?? (data?.['contactId'] as string | undefined);
  return { text: `Link of issue ${subjectId} to C${contact ?? '?'} ${OUTCOMES[outcome]}` };
}
