import { issueReference } from '../domain/references.ts';
import type { KnownIssue } from '../services/issues/list-issues.ts';
import { globalId } from './global-ids.ts';

/** An issue as the schema has it; `row` is what it was made of. */
export interface IssueNode {
  readonly id: string;
  readonly iid: string;
  readonly title: string;
  readonly state: 'opened' | 'closed';
  readonly confidential: boolean;
  readonly projectId: number;
  readonly row: KnownIssue;
}

export const toIssueNode = (row: KnownIssue): IssueNode => ({
  id: globalId('Issue', row.id),
  iid: String(row.iid),
  title: row.title,
  state: row.state,
  confidential: row.confidential,
  projectId: Number(row.projectId),
  row,
});

/** `#1`, or `acme/app#1` in full. */
export const referenceOf = ({ row }: IssueNode, full: boolean): string =>
  full ? issueReference({ project: row.projectPath, iid: row.iid }) : `#${row.iid}`;

export const webPathOf = ({ row }: IssueNode): string => `/${row.projectPath}/-/issues/${row.iid}`;
