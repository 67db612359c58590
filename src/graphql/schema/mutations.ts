/** Everything that writes, as GitLab names it. */
export const MUTATION_TYPES = /* GraphQL */ `
type Mutation {
  customerRelationsContactCreate(
    input: CustomerRelationsContactCreateInput!
  ): CustomerRelationsContactCreatePayload
  customerRelationsContactUpdate(
    input: CustomerRelationsContactUpdateInput!
  ): CustomerRelationsContactUpdatePayload
  customerRelationsOrganizationCreate(
    input: CustomerRelationsOrganizationCreateInput!
  ): CustomerRelationsOrganizationCreatePayload
  customerRelationsOrganizationUpdate(
    input: CustomerRelationsOrganizationUpdateInput!
  ): CustomerRelationsOrganizationUpdatePayload
  issueSetCrmContacts(input: IssueSetCrmContactsInput!): IssueSetCrmContactsPayload
  "Sets the contacts of a work item; nothing else about it can be changed here."
  workItemUpdate(input: WorkItemUpdateInput!): WorkItemUpdatePayload
}

input CustomerRelationsContactCreateInput {
  "A root group, or one that others take their contacts from."
  groupId: GroupID!
  organizationId: CustomerRelationsOrganizationID
  firstName: String!
  lastName: String!
  phone: String
  email: String
  description: String
  clientMutationId: String
}

type CustomerRelationsContactCreatePayload {
  contact: CustomerRelationsContact
  errors: [String!]!
  clientMutationId: String
}

"What is absent stays as it is; null empties it."
input CustomerRelationsContactUpdateInput {
  id: CustomerRelationsContactID!
  organizationId: CustomerRelationsOrganizationID
  firstName: String
  lastName: String
  phone: String
  email: String
  description: String
  active: Boolean
  clientMutationId: String
}

type CustomerRelationsContactUpdatePayload {
  contact: CustomerRelationsContact
  errors: [String!]!
  clientMutationId: String
}

input CustomerRelationsOrganizationCreateInput {
  groupId: GroupID!
  name: String!
  defaultRate: Float
  description: String
  clientMutationId: String
}

type CustomerRelationsOrganizationCreatePayload {
  organization: CustomerRelationsOrganization
  errors: [String!]!
  clientMutationId: String
}

"What is absent stays as it is; null empties it."
input CustomerRelationsOrganizationUpdateInput {
  id: CustomerRelationsOrganizationID!
  name: String
  defaultRate: Float
  description: String
  active: Boolean
  clientMutationId: String
}

type CustomerRelationsOrganizationUpdatePayload {
  "As it is now, also when nothing could be changed."
  organization: CustomerRelationsOrganization!
  errors: [String!]!
  clientMutationId: String
}

enum MutationOperationMode {
  "The contacts become exactly these."
  REPLACE
  APPEND
  REMOVE
}

input IssueSetCrmContactsInput {
  projectPath: ID!
  iid: String!
  contactIds: [CustomerRelationsContactID!]!
  operationMode: MutationOperationMode = REPLACE
  clientMutationId: String
}

type IssueSetCrmContactsPayload {
  issue: Issue
  errors: [String!]!
  clientMutationId: String
}

input WorkItemUpdateInput {
  id: WorkItemID!
  crmContactsWidget: WorkItemWidgetCrmContactsUpdateInput
  clientMutationId: String
}

input WorkItemWidgetCrmContactsUpdateInput {
  contactIds: [CustomerRelationsContactID!]!
  operationMode: MutationOperationMode = REPLACE
}

type WorkItemUpdatePayload {
  workItem: WorkItem
  errors: [String!]!
  clientMutationId: String
}
`;
