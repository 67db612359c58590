/** Ids are branded bigints: a bare number or string is never an id. GitLab's own ids exceed 32 bits. */
declare const brand: unique symbol;
type Branded<Name extends string> = bigint & { readonly [brand]: Name };

export type GroupId = Branded<'GroupId'>;
export type ProjectId = Branded<'ProjectId'>;
/** GitLab's global issue id, not the `iid` people see. */
export type IssueId = Branded<'IssueId'>;
export type GitLabUserId = Branded<'GitLabUserId'>;
export type ContactId = Branded<'ContactId'>;
export type OrganizationId = Branded<'OrganizationId'>;
export type DeliveryId = Branded<'DeliveryId'>;

const MAX_ID = 9_223_372_036_854_775_807n;

/** A positive 64-bit id from a number, decimal string or bigint; throws RangeError for anything else. */
function toId(value: bigint | number | string): bigint {
  const id =
    typeof value === 'bigint'
      ? value
      : typeof value === 'number' && Number.isSafeInteger(value)
        ? BigInt(value)
        : typeof value === 'string' && /^\d{1,19}$/.test(value)
          ? BigInt(value)
          : -1n;
  if (id < 1n || id > MAX_ID) throw new RangeError(`not an id: ${String(value)}`);
  return id;
}

export const groupId = (value: bigint | number | string): GroupId => toId(value) as GroupId;
export const projectId = (value: bigint | number | string): ProjectId => toId(value) as ProjectId;
export const issueId = (value: bigint | number | string): IssueId => toId(value) as IssueId;
export const gitLabUserId = (value: bigint | number | string): GitLabUserId => toId(value) as GitLabUserId;
export const contactId = (value: bigint | number | string): ContactId => toId(value) as ContactId;
export const organizationId = (value: bigint | number | string): OrganizationId =>
  toId(value) as OrganizationId;
export const deliveryId = (value: bigint | number | string): DeliveryId => toId(value) as DeliveryId;
