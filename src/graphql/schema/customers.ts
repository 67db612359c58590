/** Contacts, organizations and their lists, as GitLab names them; what GitLab has not is said so. */
export const CUSTOMER_TYPES = /* GraphQL */ `
type CustomerRelationsContact {
  id: ID!
  organization: CustomerRelationsOrganization
  firstName: String!
  lastName: String!
  phone: String
  email: String
  description: String
  createdAt: Time!
  updatedAt: Time!
  active: Boolean!
  "Issues with this contact that the caller may read, newest first. Not in GitLab's schema."
  issues(state: IssuableState, after: String, before: String, first: Int, last: Int): IssueConnection
}

type CustomerRelationsContactEdge {
  cursor: String!
  node: CustomerRelationsContact
}

type CustomerRelationsContactConnection {
  edges: [CustomerRelationsContactEdge]
  nodes: [CustomerRelationsContact]
  pageInfo: PageInfo!
}

type CustomerRelationsOrganization {
  id: ID!
  name: String!
  defaultRate: Float
  description: String
  createdAt: Time!
  updatedAt: Time!
  active: Boolean!
  "Its contacts in order of name. Not in GitLab's schema."
  contacts(
    state: CustomerRelationsContactState
    after: String
    before: String
    first: Int
    last: Int
  ): CustomerRelationsContactConnection
  "Issues with any of its contacts that the caller may read, newest first. Not in GitLab's schema."
  issues(state: IssuableState, after: String, before: String, first: Int, last: Int): IssueConnection
}

type CustomerRelationsOrganizationEdge {
  cursor: String!
  node: CustomerRelationsOrganization
}

type CustomerRelationsOrganizationConnection {
  edges: [CustomerRelationsOrganizationEdge]
  nodes: [CustomerRelationsOrganization]
  pageInfo: PageInfo!
}

type ContactStateCounts {
  active: Int
  all: Int
  inactive: Int
}

type OrganizationStateCounts {
  active: Int
  all: Int
  inactive: Int
}

enum CustomerRelationsContactState {
  "Contacts of either state."
  all
  active
  inactive
}

enum CustomerRelationsOrganizationState {
  "Organizations of either state."
  all
  active
  inactive
}

enum ContactSort {
  FIRST_NAME_ASC
  FIRST_NAME_DESC
  LAST_NAME_ASC
  LAST_NAME_DESC
  EMAIL_ASC
  EMAIL_DESC
  PHONE_ASC
  PHONE_DESC
  DESCRIPTION_ASC
  DESCRIPTION_DESC
  ORGANIZATION_ASC
  ORGANIZATION_DESC
  CREATED_ASC
  CREATED_DESC
  UPDATED_ASC
  UPDATED_DESC
}

enum OrganizationSort {
  NAME_ASC
  NAME_DESC
  DESCRIPTION_ASC
  DESCRIPTION_DESC
  DEFAULT_RATE_ASC
  DEFAULT_RATE_DESC
  CREATED_ASC
  CREATED_DESC
  UPDATED_ASC
  UPDATED_DESC
}
`;
