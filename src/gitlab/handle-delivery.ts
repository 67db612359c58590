import { LRUCache } from 'lru-cache';
import { readDirectoryHook } from './directory-event.ts';
import { handleIssueHook } from './handle-issue-hook.ts';
import { type Discussions, handleNoteHook } from './handle-note-hook.ts';
import {
  type DeliveryHandlerDeps,
  type Handled,
  type InboundDelivery,
  NOTHING_TO_DO,
  nothing,
} from './handler-types.ts';
import { emojiHookSchema } from './schemas/emoji-hook.ts';
import { kindOf, UNKNOWN_KIND } from './schemas/envelope.ts';
import { issueHookSchema } from './schemas/issue-hook.ts';
import { noteHookSchema } from './schemas/note-hook.ts';

/** As many as may be handled at about the same time, by far. */
const KEPT_DISCUSSIONS = 1_000;

/**
 * Handles stored deliveries of GitLab: commands in new comments and descriptions are run, our copy of an issue is
 * brought up to date, what the directory remembers is dropped when a hook says that it changed. A body is only
 * believed as to where to look. Throws AppError `unavailable.gitlab` when GitLab cannot be asked.
 */
export function createDeliveryHandler<Tx>(
  deps: DeliveryHandlerDeps<Tx>,
): (delivery: InboundDelivery, signal: AbortSignal) => Promise<Handled<Tx>> {
  const discussions: Discussions = new LRUCache<bigint, string>({ max: KEPT_DISCUSSIONS });
  return async (delivery, signal) => {
    signal.throwIfAborted();
    const body = parsedBody(delivery.body);
    const handled = await dispatch(deps, { delivery, body, discussions, signal });
    deps.log.debug(
      { delivery: delivery.key, kind: delivery.kind, outcome: handled.outcome },
      'delivery handled',
    );
    return handled;
  };
}

interface Received {
  readonly delivery: InboundDelivery;
  readonly body: unknown;
  readonly discussions: Discussions;
  readonly signal: AbortSignal;
}

async function dispatch<Tx>(
  deps: DeliveryHandlerDeps<Tx>,
  { delivery, body, discussions, signal }: Received,
): Promise<Handled<Tx>> {
  const kind = kindOf(body);
  // System hooks carry no comments and no issues: the body would be somebody's invention.
  if (delivery.source === 'gitlab' && kind === 'note') {
    const note = noteHookSchema.safeParse(body);
    if (!note.success) return nothing('not a note hook as GitLab sends it');
    return handleNoteHook(deps, { deliveryKey: delivery.key, hook: note.data, discussions, signal });
  }
  if (delivery.source === 'gitlab' && (kind === 'issue' || kind === 'work_item')) {
    const issue = issueHookSchema.safeParse(body);
    if (!issue.success) return nothing('not an issue hook as GitLab sends it');
    return handleIssueHook(deps, { deliveryKey: delivery.key, hook: issue.data, signal });
  }
  const hook = readDirectoryHook(body);
  if (hook === null || hook.event === null) return nothing(reasonForNothing(delivery, body));
  deps.directory.forget(hook.event);
  return { outcome: `${NOTHING_TO_DO} but to ask GitLab anew` };
}

/** Why a body that is none of a comment, an issue and a change in the directory needs nothing. */
function reasonForNothing({ body: bytes }: InboundDelivery, body: unknown): string {
  if (bytes === null) return 'its body is no longer kept';
  const hook = readDirectoryHook(body);
  if (hook !== null && 'unreadable' in hook) return `not ${hook.unreadable} as GitLab sends it`;
  const kind = kindOf(body);
  if (kind === 'emoji') {
    return emojiHookSchema.safeParse(body).success ? 'an emoji' : 'not an emoji hook as GitLab sends it';
  }
  return kind === UNKNOWN_KIND ? 'it names no event of GitLab' : `nothing hangs on ${kind} here`;
}

/** Null for a body that is gone; it was JSON when it was stored. */
function parsedBody(body: Uint8Array | null): unknown {
  if (body === null) return null;
  return JSON.parse(Buffer.from(body).toString('utf8')) as unknown;
}
