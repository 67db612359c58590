import { GraphQLError } from 'graphql';
import {
  type ContactId,
  contactId,
  type GroupId,
  groupId,
  type IssueId,
  issueId,
  type OrganizationId,
  organizationId,
} from '../domain/ids.ts';

/** GitLab's names of what has a global id here. */
export type GlobalKind =
  | 'User'
  | 'Group'
  | 'Project'
  | 'Issue'
  | 'WorkItem'
  | 'CustomerRelations::Contact'
  | 'CustomerRelations::Organization'
  | 'CustomerRelations::Transfer';

/** `gid://gitlab/Group/1`. */
export const globalId = (kind: GlobalKind, id: bigint | number): string => `gid://gitlab/${kind}/${id}`;

const FORM = /^gid:\/\/gitlab\/([A-Za-z:]{1,60})\/(\d{1,19})$/;

/** The number in a global id of one of these kinds; null for anything else. */
function numberIn(text: string, kinds: readonly GlobalKind[]): bigint | null {
  const [, kind = '', digits = ''] = FORM.exec(text) ?? [];
  if (!kinds.some((wanted) => wanted === kind)) return null;
  const id = BigInt(digits);
  return id >= 1n && id < 2n ** 63n ? id : null;
}

/** Throws what GitLab says of an id that is none, or of another kind. */
function parse(text: string, ...kinds: readonly [GlobalKind, ...GlobalKind[]]): bigint {
  const id = numberIn(text, kinds);
  if (id !== null) return id;
  const shown = text.length > 100 ? `${text.slice(0, 100)}…` : text;
  if (!FORM.test(text)) throw new GraphQLError(`"${shown}" is not a valid Global ID`);
  throw new GraphQLError(`"${shown}" does not represent an instance of ${kinds[0]}`);
}

export const parseGroupId = (text: string): GroupId => groupId(parse(text, 'Group'));
export const parseContactId = (text: string): ContactId =>
  contactId(parse(text, 'CustomerRelations::Contact'));
export const parseOrganizationId = (text: string): OrganizationId =>
  organizationId(parse(text, 'CustomerRelations::Organization'));
/** Of an issue or, since those are one in GitLab, a work item. */
export const parseIssueId = (text: string): IssueId => issueId(parse(text, 'Issue', 'WorkItem'));
export const parseWorkItemId = (text: string): IssueId => issueId(parse(text, 'WorkItem', 'Issue'));

/** The ids of contacts to be set on an issue, where GitLab has words of its own for one that is none. */
export function parseContactIdsToSet(texts: readonly string[]): ContactId[] {
  return texts.map((text) => {
    const id = numberIn(text, ['CustomerRelations::Contact']);
    if (id === null) throw new GraphQLError(`Contact ${text.slice(0, 100)} is invalid.`);
    return contactId(id);
  });
}
