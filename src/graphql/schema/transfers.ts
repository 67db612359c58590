/** The ledger of moves; GitLab has nothing of the kind. */
export const TRANSFER_TYPES = /* GraphQL */ `
type CustomerRelationsTransfer {
  id: ID!
  kind: CustomerRelationsTransferKind!
  state: CustomerRelationsTransferState!
  "What moved, as the caller may know it."
  subject: String
  "The crm group that it left; null when the caller may not see it."
  from: String
  to: String
  contacts: CustomerRelationsTransferCounts!
  organizations: CustomerRelationsTransferCounts!
  links: CustomerRelationsTransferCounts!
  createdAt: Time!
  decidedAt: Time
}

type CustomerRelationsTransferCounts {
  moved: Int!
  copied: Int!
  merged: Int!
  conflict: Int!
  dropped: Int!
  waiting: Int!
}

enum CustomerRelationsTransferKind {
  issue
  project
  group
}

enum CustomerRelationsTransferState {
  held
  applied
  left_behind
  superseded
  failed
}

type CustomerRelationsTransferEdge {
  cursor: String!
  node: CustomerRelationsTransfer
}

type CustomerRelationsTransferConnection {
  count: Int!
  edges: [CustomerRelationsTransferEdge]
  nodes: [CustomerRelationsTransfer]
  pageInfo: PageInfo!
}
`;
