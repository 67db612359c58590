import { projectId } from '../domain/ids.ts';
import { issueReference } from '../domain/references.ts';
import type { MovesFollowed } from '../services/issues/follow-moves.ts';
import { answered } from './answer.ts';
import type { ApiIssue } from './client/responses.ts';
import { type DeliveryHandlerDeps, type Handled, nothing } from './handler-types.ts';
import { readIssue } from './read-issue.ts';
import { sameText } from './same-text.ts';
import type { IssueHook } from './schemas/issue-hook.ts';

interface IssueArrival {
  readonly deliveryKey: string;
  readonly hook: IssueHook;
  readonly signal: AbortSignal;
}

/**
 * The copy that an issue's move makes is "opened" too, with the author and the creation time of the old one; its
 * description was answered where it was written. Later than this, `open` tells of a copy.
 */
const MAX_OPEN_AGE_MS = 24 * 60 * 60 * 1_000;

/**
 * Brings our copy of the issue up to date, whatever happened to it, lets links follow its move, and runs the commands
 * of a new description. That an issue was moved is GitLab's word of now: older versions close it before they say so.
 */
export async function handleIssueHook<Tx>(
  deps: DeliveryHandlerDeps<Tx>,
  { deliveryKey, hook, signal }: IssueArrival,
): Promise<Handled<Tx>> {
  const { object_attributes: told, project } = hook;
  const id = project?.id ?? told.project_id;
  if (!project || !id) return nothing('a work item of a group');
  const found = await readIssue(deps, { project: projectId(id), iid: told.iid });
  if (found === null) return nothing('the issue is gone or not visible');
  signal.throwIfAborted();
  const { raw, issue } = found;
  await deps.recordIssue(issue);
  const isOpen = told.action === 'open';
  const since = new Date((deps.clock ?? Date.now)() - MAX_OPEN_AGE_MS);
  const origin = isOpen ? await deps.catchUp.origin(found, { since, before: null, deliveryKey }) : null;
  const moves = wordMoves(await deps.followMoves(issue));
  const linked = isOpen && origin === null ? await deps.catchUp.mail(found) : 0;
  const done = `recorded issue ${issue.id}${moves}${linked > 0 ? `, linked to ${linked} by its mail` : ''}`;

  const text = raw.description ?? '';
  if (!isOpen || !deps.mayHoldCommands(text)) return { outcome: done };
  if (origin !== null) return { outcome: `${done}: ${origin.kind} from ${issueReference(origin)}` };
  const refused = reasonToRefuse(hook, raw, (deps.clock ?? Date.now)());
  if (refused !== null) return { outcome: `${done}: ${refused}` };
  const author = issue.authorId === null ? null : await deps.directory.user(issue.authorId);
  if (author === null) return { outcome: `${done}: the author is gone` };
  if (author.bot || author.id === (await deps.botUser()).id) return { outcome: `${done}: opened by a bot` };
  signal.throwIfAborted();
  return answered(deps, {
    deliveryKey,
    commentKey: `issue:${issue.id}`,
    author,
    issue,
    noteId: null,
    discussionId: null,
    internal: false,
    markdown: text,
    place: 'description',
  });
}

const wordMoves = ({ carried, dropped }: MovesFollowed): string =>
  (carried > 0 ? `, ${carried} links followed a move` : '') +
  (dropped > 0 ? `, ${dropped} links ended with a move` : '');

/** Why a description's commands must not run, though it holds some; null when they may. */
function reasonToRefuse(
  { user, object_attributes: told }: IssueHook,
  now: ApiIssue,
  at: number,
): string | null {
  if (!sameText(told.description ?? '', now.description ?? '')) return 'edited since it was opened';
  // Whoever moves an issue opens its copy under the author's name.
  if (user?.id && now.author && BigInt(user.id) !== now.author.id) return 'opened by another than its author';
  return at - now.created_at.getTime() > MAX_OPEN_AGE_MS ? 'not a new issue' : null;
}
