/** Groups, projects and issues, as far as customer relations go. */
export const PLACE_TYPES = /* GraphQL */ `
type Group {
  id: ID!
  name: String!
  path: String!
  fullPath: ID!
  webUrl: String
  parent: Group
  "Whether CRM is on for this group itself."
  crmEnabled: Boolean!
  userPermissions: GroupPermissions!
  "Contacts of the crm group that applies here; empty for those who may not view them."
  contacts(
    sort: ContactSort = LAST_NAME_ASC
    search: String
    state: CustomerRelationsContactState
    ids: [CustomerRelationsContactID!]
    after: String
    before: String
    first: Int
    last: Int
  ): CustomerRelationsContactConnection
  contactStateCounts(search: String, state: CustomerRelationsContactState): ContactStateCounts
  organizations(
    sort: OrganizationSort = NAME_ASC
    search: String
    state: CustomerRelationsOrganizationState
    ids: [CustomerRelationsOrganizationID!]
    after: String
    before: String
    first: Int
    last: Int
  ): CustomerRelationsOrganizationConnection
  organizationStateCounts(search: String, state: CustomerRelationsOrganizationState): OrganizationStateCounts
  "Issues of the group and all below it that Tieline knows and the caller may read."
  issues(
    crmContactId: String
    crmOrganizationId: String
    state: IssuableState
    iids: [String!]
    sort: IssueSort = CREATED_DESC
    after: String
    before: String
    first: Int
    last: Int
  ): IssueConnection
  "Moves that contacts and organizations of the crm group followed, or wait to follow. Not in GitLab's schema."
  customerRelationsTransfers(
    after: String
    before: String
    first: Int
    last: Int
  ): CustomerRelationsTransferConnection
}

type GroupPermissions {
  readGroup: Boolean!
  readCrmContact: Boolean!
  readCrmOrganization: Boolean!
  adminCrmContact: Boolean!
  adminCrmOrganization: Boolean!
}

type Namespace {
  id: ID!
  name: String!
  path: String!
  fullPath: ID!
  userPermissions: NamespacePermissions!
  workItem(iid: String!): WorkItem
}

"What the caller may do with the customers that apply in a group or project."
type NamespacePermissions {
  readNamespace: Boolean!
  readCrmContact: Boolean!
  readCrmOrganization: Boolean!
}

type Project {
  id: ID!
  name: String!
  path: String!
  fullPath: ID!
  webUrl: String
  group: Group
  issue(iid: String): Issue
  "Issues that Tieline knows and the caller may read."
  issues(
    crmContactId: String
    crmOrganizationId: String
    state: IssuableState
    iids: [String!]
    sort: IssueSort = CREATED_DESC
    after: String
    before: String
    first: Int
    last: Int
  ): IssueConnection
}

type Issue {
  id: ID!
  iid: ID!
  title: String!
  state: IssueState!
  confidential: Boolean!
  "The issue with its project's path, such as acme/app#1."
  reference(full: Boolean = false): String!
  webUrl: String!
  webPath: String!
  projectId: Int!
  userPermissions: IssuePermissions!
  "In order of name; those that the caller may not read are left out."
  customerRelationsContacts(
    after: String
    before: String
    first: Int
    last: Int
  ): CustomerRelationsContactConnection
}

type IssuePermissions {
  readIssue: Boolean!
  updateIssue: Boolean!
  readCrmContacts: Boolean!
  setIssueCrmContacts: Boolean!
}

type IssueEdge {
  cursor: String!
  node: Issue
}

type IssueConnection {
  count: Int!
  edges: [IssueEdge]
  nodes: [Issue]
  pageInfo: PageInfo!
}

enum IssueState {
  opened
  closed
}

enum IssuableState {
  all
  opened
  closed
}

enum IssueSort {
  CREATED_ASC
  CREATED_DESC
  UPDATED_ASC
  UPDATED_DESC
}

type WorkItem {
  id: ID!
  iid: String!
  title: String!
  state: WorkItemState!
  confidential: Boolean!
  reference(full: Boolean = false): String!
  webUrl: String
  namespace: Namespace
  widgets(onlyTypes: [WorkItemWidgetType!]): [WorkItemWidget!]
}

enum WorkItemState {
  OPEN
  CLOSED
}

enum WorkItemWidgetType {
  CRM_CONTACTS
}

interface WorkItemWidget {
  type: WorkItemWidgetType
}

type WorkItemWidgetCrmContacts implements WorkItemWidget {
  type: WorkItemWidgetType
  contacts(after: String, before: String, first: Int, last: Int): CustomerRelationsContactConnection
  "Whether contacts can be set here: CRM is on, and the project is in a group."
  contactsAvailable: Boolean!
}
`;
