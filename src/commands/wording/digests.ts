import type { NoticePayload } from '../../services/notices/announce.ts';
import type { DigestPage } from '../../services/notices/read-digest.ts';
import { type Inline, plainText, type Reply, type ReplyAction, type ReplyItem, type Span } from '../reply.ts';
import { wordNotice } from './notices.ts';
import { count } from './phrases.ts';

/** A digest is read at a glance, and must fit into one message whatever people are called. */
const MAX_SHOWN = 20;
const MAX_SHOWN_LENGTH = 6_000;

const spansOf = (inline: Inline): readonly Span[] =>
  typeof inline === 'string' ? [{ text: inline }] : inline;

interface Row extends ReplyItem {
  /** Whether the notice alone would be a warning. */
  readonly isProblem: boolean;
}

/** A notice as one row: what it says, and its small print. */
function rowOf(notice: NoticePayload, instanceUrl: string): Row {
  const { title, blocks, tone } = wordNotice(notice, instanceUrl);
  const lines = blocks.flatMap((block) => (block.kind === 'hint' ? [spansOf(block.text)] : []));
  const detail = lines.flatMap((line, index) => (index === 0 ? line : [{ text: ' · ' }, ...line]));
  const isProblem = tone === 'warning' || tone === 'error';
  return { text: title, ...(detail.length > 0 && { detail }), isProblem };
}

const itemOf = ({ isProblem: _, ...item }: Row): ReplyItem => item;
const toneOf = (rows: readonly Row[]): Reply['tone'] =>
  rows.some(({ isProblem }) => isProblem) ? 'warning' : 'info';

const lengthOf = ({ text, detail = '' }: ReplyItem): number =>
  plainText(text).length + plainText(detail).length;

/** As many rows as are read at a glance, one at least: the first, and problems before them where there are more. */
function firstOf(rows: readonly Row[]): Row[] {
  const first = beginningOf(rows);
  if (first.length === rows.length) return first;
  return beginningOf([...rows].sort((a, b) => Number(b.isProblem) - Number(a.isProblem)));
}

function beginningOf(items: readonly Row[]): Row[] {
  let length = 0;
  const most = items.slice(0, MAX_SHOWN).findIndex((item) => {
    length += lengthOf(item);
    return length > MAX_SHOWN_LENGTH;
  });
  return items.slice(0, most === -1 ? MAX_SHOWN : Math.max(1, most));
}

function titleOf(rows: readonly Row[]): string {
  const problems = rows.filter(({ isProblem }) => isProblem).length;
  if (problems === rows.length) return `${count(problems, 'problem')}.`;
  const things = `${rows.length} things happened`;
  if (problems === 0) return `${things}.`;
  return `${things}, ${problems === 1 ? 'one of them a problem' : `${problems} of them problems`}.`;
}

/** Words the notices that go out in the message of that number, and how to see those it does not show. */
export function wordDigest(
  notices: readonly NoticePayload[],
  { id, instanceUrl }: { id: bigint; instanceUrl: string },
): Reply {
  const rows = notices.map((notice) => rowOf(notice, instanceUrl));
  const shown = firstOf(rows);
  const left = rows.length - shown.length;
  return {
    tone: toneOf(rows),
    title: titleOf(rows),
    blocks: [
      { kind: 'list', items: shown.map(itemOf) },
      ...(left === 0
        ? []
        : [
            {
              kind: 'hint' as const,
              text: [{ text: `And ${left} more: ` }, { code: `/crm digest ${id}` }],
            },
            { kind: 'actions' as const, actions: [{ label: 'Show all', command: `digest ${id}` }] },
          ]),
    ],
    visibility: 'public',
  };
}

/** Words a page of what went out in one message. */
export function wordDigestPage(read: DigestPage, instanceUrl: string): Reply {
  const { id, notices, total, page, first } = read;
  if (notices.length === 0) {
    return {
      tone: 'warning',
      title: [
        { text: 'This channel got no digest ' },
        { code: String(id) },
        { text: ', or not so long a one.' },
      ],
      blocks: [{ kind: 'hint', text: 'Ask in the channel where it stands.' }],
      visibility: 'private',
    };
  }
  const rows = notices.map((notice) => rowOf(notice, instanceUrl));
  const last = first + rows.length - 1;
  const more: ReplyAction[] =
    last < total ? [{ label: 'More', command: `digest ${id} page=${page + 2}` }] : [];
  return {
    tone: toneOf(rows),
    title: `${count(total, 'thing')} happened.`,
    blocks: [
      { kind: 'list', items: rows.map(itemOf) },
      { kind: 'hint', text: `${first} to ${last} of ${total}.` },
      ...(more.length === 0 ? [] : [{ kind: 'actions' as const, actions: more }]),
    ],
    visibility: 'private',
  };
}
