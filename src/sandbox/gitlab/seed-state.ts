import { ROLE_LEVELS } from '../../domain/roles.ts';
import type { World } from '../world.ts';
import type { WorldIssue } from '../world-issues.ts';
import { discussionIdOf } from './discussion-id.ts';
import { byId, findGroup, findProject, findUser } from './paths.ts';
import { type GitLabState, takeId, type UserRow } from './state.ts';

const WORLD_BEGAN_AT = Date.UTC(2026, 3, 1, 8, 0, 0);
const HOUR_MS = 3_600_000;

/** Above 32 bits from the start, as on a large instance: a receiver that cuts ids short is caught here. */
const FIRST_NOTE_ID = 4_500_000_001;

function emptyState(): GitLabState {
  return {
    version: 1,
    nextId: {
      user: 1,
      token: 1,
      namespace: 1,
      project: 1,
      issue: 5_001,
      note: FIRST_NOTE_ID,
      award: 1,
      hook: 1,
      delivery: 1,
    },
    users: [],
    tokens: [],
    groups: [],
    projects: [],
    members: [],
    issues: [],
    notes: [],
    awards: [],
    hooks: [],
    deliveries: [],
    pending: [],
    redirects: [],
    switches: { stripQuickActions: false, autoDisable: false, acceptSigningTokens: true, signingToken: null },
  };
}

function found<Row>(row: Row | null, what: string): Row {
  if (row === null) throw new Error(`the world names ${what}, which it does not hold`);
  return row;
}

function splitPath(fullPath: string): { parent: string | null; path: string } {
  const slash = fullPath.lastIndexOf('/');
  return slash < 0
    ? { parent: null, path: fullPath }
    : { parent: fullPath.slice(0, slash), path: fullPath.slice(slash + 1) };
}

function addPeople(state: GitLabState, world: World, createdAt: string): void {
  state.nextId.user = Math.max(...world.people.map((person) => person.id)) + 1;
  state.nextId.namespace = Math.max(...world.groups.map((group) => group.id)) + 1;
  state.nextId.project = Math.max(...world.projects.map((project) => project.id)) + 1;
  for (const { id, username, name, email, admin, bot, token } of world.people) {
    const namespaceId = takeId(state, 'namespace');
    state.users.push({ id, namespaceId, username, name, email, admin, bot, state: 'active', createdAt });
    state.tokens.push({
      id: takeId(state, 'token'),
      userId: id,
      token,
      name: 'sandbox',
      scopes: ['api'],
      revoked: false,
      createdAt,
    });
  }
}

function addNamespaces(state: GitLabState, world: World, createdAt: string): void {
  for (const { id, path: fullPath, name, description, visibility } of world.groups) {
    const { parent, path } = splitPath(fullPath);
    const parentId = parent === null ? null : found(findGroup(state, parent), parent).id;
    state.groups.push({ id, parentId, path, name, description, visibility, createdAt });
  }
  for (const { id, path: fullPath, name, description, visibility } of world.projects) {
    const { parent, path } = splitPath(fullPath);
    const groupId = findGroup(state, parent ?? '')?.id ?? null;
    const ownerId = groupId === null ? found(findUser(state, parent ?? ''), fullPath).id : null;
    const dates = { createdAt, updatedAt: createdAt, nextIid: 1 };
    state.projects.push({ id, groupId, ownerId, path, name, description, visibility, ...dates });
  }
  for (const { on, username, role } of world.members) {
    const group = findGroup(state, on);
    const onId = group?.id ?? found(findProject(state, on), on).id;
    const userId = found(findUser(state, username), username).id;
    const level = ROLE_LEVELS[role];
    state.members.push({ on: group === null ? 'project' : 'group', onId, userId, level, createdAt });
  }
}

function addNotes(state: GitLabState, issueId: number, seed: WorldIssue): void {
  for (const { by, body, internal } of seed.comments) {
    const issue = byId(state.issues, issueId);
    const createdAt = new Date(Date.parse(issue.updatedAt) + HOUR_MS).toISOString();
    const id = takeId(state, 'note');
    issue.updatedAt = createdAt;
    state.notes.push({
      id,
      issueId,
      discussionId: discussionIdOf(id),
      type: null,
      body,
      authorId: found(findUser(state, by), by).id,
      internal: internal ?? false,
      system: false,
      createdAt,
      updatedAt: createdAt,
      updatedById: null,
    });
  }
}

function addIssue(state: GitLabState, seed: WorldIssue, createdAt: string): void {
  const project = found(findProject(state, seed.project), seed.project);
  const author: UserRow = found(findUser(state, seed.author), seed.author);
  const assignee = seed.assignee === undefined ? null : found(findUser(state, seed.assignee), seed.assignee);
  const id = takeId(state, 'issue');
  state.issues.push({
    id,
    iid: project.nextIid++,
    projectId: project.id,
    title: seed.title,
    description: seed.description,
    authorId: author.id,
    assigneeIds: assignee === null ? [] : [assignee.id],
    labels: [],
    confidential: seed.confidential ?? false,
    state: seed.closed ? 'closed' : 'opened',
    createdAt,
    updatedAt: createdAt,
    updatedById: null,
    closedAt: seed.closed ? createdAt : null,
    closedById: seed.closed ? author.id : null,
    movedToId: null,
  });
  addNotes(state, id, seed);
}

/** A fresh instance that holds the world. The same world always gives the same ids and dates. */
export function stateFromWorld(world: World): GitLabState {
  const state = emptyState();
  const createdAt = new Date(WORLD_BEGAN_AT).toISOString();
  addPeople(state, world, createdAt);
  addNamespaces(state, world, createdAt);
  world.issues.forEach((seed, index) => {
    addIssue(state, seed, new Date(WORLD_BEGAN_AT + (index + 1) * 20 * HOUR_MS).toISOString());
  });
  return state;
}
