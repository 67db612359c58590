/** As much of GitLab's GraphQL as tells who changed a note. */
import { buildSchema, graphql } from 'graphql';
import { canReadNote } from './access.ts';
import type { Api, Call } from './api.ts';
import type { NoteRow } from './state.ts';

const SCHEMA = buildSchema(`
  scalar NoteID
  scalar UserID
  scalar Time
  type UserCore { id: UserID! username: String! }
  type Note { id: NoteID! lastEditedAt: Time lastEditedBy: UserCore }
  type Query { note(id: NoteID!): Note }
`);

function presentNote({ lab }: Api, { id, updatedById, updatedAt }: NoteRow) {
  const editor = lab.state.users.find((user) => user.id === updatedById);
  return {
    id: `gid://gitlab/Note/${id}`,
    // GitLab falls back to the time of the last activity.
    lastEditedAt: updatedAt,
    lastEditedBy: editor ? { id: `gid://gitlab/User/${editor.id}`, username: editor.username } : null,
  };
}

function findNote(api: Api, { user }: Call, { id }: { id: unknown }) {
  const { state } = api.lab;
  const note = state.notes.find((row) => `gid://gitlab/Note/${row.id}` === id);
  return note && canReadNote(state, note, user) ? presentNote(api, note) : null;
}

/** `POST /api/graphql`. */
export function graphqlRoutes(api: Api): void {
  api.on(
    'POST /api/graphql',
    (call) =>
      graphql({
        schema: SCHEMA,
        source: call.params.text('query') ?? '',
        variableValues: call.params.raw('variables') as Record<string, unknown> | undefined,
        rootValue: { note: (args: { id: unknown }) => findNote(api, call, args) },
      }),
    ['api', 'read_api'],
  );
}
