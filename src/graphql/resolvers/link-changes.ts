import { insufficientPermissions, unavailableContacts } from '../../commands/wording/gitlab-sentences.ts';
import { hasCode } from '../../domain/errors.ts';
import type { ContactId } from '../../domain/ids.ts';
import type { ContactsById } from '../../domain/link-plan-by-id.ts';
import { setContactsById } from '../../services/issues/set-contacts-by-id.ts';
import { viewIssueContacts } from '../../services/issues/view-contacts.ts';
import type { ApiContext } from '../context.ts';
import { featureDisabled, notAvailable, refusalSentence } from '../errors.ts';
import { parseContactIdsToSet, parseWorkItemId } from '../global-ids.ts';
import { mayUpdateIssue, type ShownIssue, showIssueAt, showIssueById } from './issues.ts';

type Mode = 'REPLACE' | 'APPEND' | 'REMOVE';

function asked(mode: Mode, ids: readonly ContactId[]): ContactsById {
  if (mode === 'REPLACE') return { replaceIds: ids };
  return mode === 'APPEND' ? { addIds: ids } : { removeIds: ids };
}

/** Sets the contacts of an issue that may be updated; what stood in the way, in GitLab's words. */
async function setContacts(
  { deps }: ApiContext,
  { opened }: ShownIssue,
  change: ContactsById,
): Promise<string[]> {
  try {
    const { unavailable } = await setContactsById(deps, opened, change);
    return [unavailableContacts(unavailable) ?? []].flat();
  } catch (error) {
    // Whoever may update the issue knows that it is there: only the contacts are not theirs to set.
    if (hasCode(error, 'forbidden.ability') || hasCode(error, 'forbidden.crm_disabled')) {
      return [insufficientPermissions('issue.set_contacts') ?? ''];
    }
    return [refusalSentence(error)];
  }
}

interface SetArgs {
  readonly input: {
    readonly projectPath: string;
    readonly iid: string;
    readonly contactIds: readonly string[];
    readonly operationMode?: Mode | null;
    readonly clientMutationId?: string | null;
  };
}

async function issueSetCrmContacts(_: unknown, { input }: SetArgs, context: ApiContext) {
  const { projectPath, iid, contactIds, operationMode, clientMutationId = null } = input;
  const writer = context.nextWriter();
  const ids = parseContactIdsToSet(contactIds);
  const shown = await showIssueAt(context, { project: projectPath, iid });
  if (!shown || !mayUpdateIssue(shown.opened)) throw notAvailable();
  const { ownGroup } = shown.opened.target;
  if (!ownGroup?.crmEnabled) throw featureDisabled();
  const errors = await setContacts(context, actingAs(shown, writer), asked(operationMode ?? 'REPLACE', ids));
  return { issue: await anew(context, shown), errors, clientMutationId };
}

/** The issue as opened, by an actor who carries which change of the request this is. */
const actingAs = ({ opened, node }: ShownIssue, { position }: { position: number }): ShownIssue => ({
  node,
  opened: { ...opened, actor: { ...opened.actor, position } },
});

/** A change may have given the issue its crm group. */
async function anew(context: ApiContext, { opened }: ShownIssue) {
  return (await showIssueAt(context, addressOf(opened)))?.node ?? null;
}

const addressOf = ({ issue }: ShownIssue['opened']) => ({
  project: issue.project.fullPath,
  iid: String(issue.iid),
});

interface UpdateArgs {
  readonly input: {
    readonly id: string;
    readonly crmContactsWidget?: {
      readonly contactIds: readonly string[];
      readonly operationMode?: Mode | null;
    } | null;
    readonly clientMutationId?: string | null;
  };
}

/** The widget does nothing without a mode, nor for a list that is the current one already, whatever the mode. */
async function workItemUpdate(_: unknown, { input }: UpdateArgs, context: ApiContext) {
  const { id, crmContactsWidget, clientMutationId = null } = input;
  const writer = context.nextWriter();
  const ids = parseContactIdsToSet(crmContactsWidget?.contactIds ?? []);
  const shown = await showIssueById(context, parseWorkItemId(id));
  if (!shown || !mayUpdateIssue(shown.opened)) throw notAvailable();
  const mode = crmContactsWidget?.operationMode;
  const errors = mode ? await setByWidget(context, actingAs(shown, writer), { mode, ids }) : [];
  const issue = await anew(context, shown);
  return { workItem: issue && { issue }, errors, clientMutationId };
}

async function setByWidget(
  context: ApiContext,
  shown: ShownIssue,
  { mode, ids }: { mode: Mode; ids: readonly ContactId[] },
): Promise<string[]> {
  const { ownGroup } = shown.opened.target;
  if (ownGroup === null) return ['Work item not supported'];
  if (!ownGroup.crmEnabled) return ['Feature disabled'];
  const current = await currentIds(context, shown);
  if (sorted(ids) === sorted(current)) return [];
  return setContacts(context, shown, asked(mode, ids));
}

const sorted = (ids: readonly bigint[]): string => [...ids].map(String).sort().join();

/** More contacts than a page holds are more than anybody lists. */
async function currentIds({ deps, viewer }: ApiContext, { opened, node }: ShownIssue): Promise<ContactId[]> {
  const [listed] = await viewIssueContacts(deps, viewer, {
    actor: opened.actor,
    issues: [node.row],
    page: { first: 1_000, after: null },
  });
  return listed?.rows.map(({ id }) => id) ?? [];
}

/** Setting the contacts of issues. */
export const LINK_CHANGES = { issueSetCrmContacts, workItemUpdate };
