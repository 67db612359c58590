import { instantWords } from './instant.ts';

/**
 * What a command answers, without a platform: each edge only marks it up. Every string in it is literal text
 * that the edge must escape; nothing a user wrote may come alive as a mention, link or command.
 * A reply is plain JSON, so that it can be stored and rendered later.
 */
export type Span =
  | { readonly text: string }
  | { readonly strong: string }
  | { readonly code: string }
  /** `href` is http(s) or mailto; an edge drops the link and keeps the label otherwise. */
  | { readonly link: string; readonly href: string }
  /** A moment, in Unix seconds: each reader sees it in their own time zone where the platform can do that. */
  | { readonly at: number };

export type Inline = string | readonly Span[];

/** A button. Pressing it runs `command` (the text after `/crm`) as the person who pressed it. */
export interface ReplyAction {
  readonly label: string;
  readonly command: string;
  readonly style?: 'primary' | 'danger';
  /** Asked before it runs. */
  readonly confirm?: string;
}

export interface ReplyField {
  readonly label: string;
  readonly value: Inline;
}

/** One row of a list; `detail` is its small second line. */
export interface ReplyItem {
  readonly text: Inline;
  readonly detail?: Inline;
  readonly action?: ReplyAction;
}

export type ReplyBlock =
  | { readonly kind: 'text'; readonly text: Inline }
  | { readonly kind: 'list'; readonly items: readonly ReplyItem[] }
  | { readonly kind: 'fields'; readonly fields: readonly ReplyField[] }
  /** Small print: a hint, a count, where to look next. */
  | { readonly kind: 'hint'; readonly text: Inline }
  | { readonly kind: 'actions'; readonly actions: readonly ReplyAction[] };

export interface Reply {
  readonly tone: 'ok' | 'info' | 'warning' | 'error';
  readonly title: Inline;
  readonly blocks: readonly ReplyBlock[];
  /** `private` is seen by the asker alone where the platform can do that. */
  readonly visibility: 'private' | 'public';
}

/** A moment for a reply. */
export const moment = (at: Date): Span => ({ at: Math.floor(at.getTime() / 1000) });

/** An Inline as bare text, for logs, fallbacks and comparison. */
export function plainText(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  return inline.map(spanText).join('');
}

function spanText(span: Span): string {
  if ('text' in span) return span.text;
  if ('strong' in span) return span.strong;
  if ('code' in span) return span.code;
  return 'at' in span ? instantWords(new Date(span.at * 1000)) : span.link;
}
