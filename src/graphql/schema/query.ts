/** What a query starts from, and the small types that every part uses. */
export const QUERY_TYPES = /* GraphQL */ `
"A moment in UTC, ISO 8601."
scalar Time
"A global id such as gid://gitlab/Group/1."
scalar GroupID
"A global id such as gid://gitlab/Issue/1."
scalar IssueID
"A global id such as gid://gitlab/WorkItem/1; that of the issue is taken too."
scalar WorkItemID
"A global id such as gid://gitlab/CustomerRelations::Contact/1."
scalar CustomerRelationsContactID
"A global id such as gid://gitlab/CustomerRelations::Organization/1."
scalar CustomerRelationsOrganizationID

type Query {
  "The person whose token it is; null without one."
  currentUser: CurrentUser
  "A group by its full path; null when there is none, or the caller may not see it."
  group(fullPath: ID!): Group
  "A group or project as the place of work items."
  namespace(fullPath: ID!): Namespace
  project(fullPath: ID!): Project
  issue(id: IssueID!): Issue
  workItem(id: WorkItemID!): WorkItem
  "The text that was sent, by whom: tells whether a token works."
  echo(text: String!): String!
}

type PageInfo {
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
  endCursor: String
}

type CurrentUser {
  id: ID!
  username: String!
  name: String!
  bot: Boolean!
  webUrl: String!
  webPath: String!
}
`;
