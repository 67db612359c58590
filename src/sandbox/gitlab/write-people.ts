import { fireMember } from './hook-events.ts';
import type { Actor, Lab } from './lab.ts';
import { type MemberRow, takeId, type UserRow } from './state.ts';

/** Sets or (with null) removes a direct membership. System hooks and the group's member hooks hear of it. */
export function setRole(
  actor: Actor,
  input: { user: UserRow; on: MemberRow['on']; onId: number; level: number | null },
): void {
  const { lab } = actor;
  const { user, on, onId, level } = input;
  const row = lab.state.members.find(
    (candidate) => candidate.on === on && candidate.onId === onId && candidate.userId === user.id,
  );
  if (row === undefined && level === null) return;
  lab.changed();
  if (row === undefined) {
    const createdAt = lab.now().toISOString();
    const added: MemberRow = { on, onId, userId: user.id, level: level ?? 0, createdAt };
    lab.state.members.push(added);
    fireMember(actor, added, 'add');
  } else if (level === null) {
    lab.state.members = lab.state.members.filter((candidate) => candidate !== row);
    fireMember(actor, row, 'remove');
  } else {
    row.level = level;
    fireMember(actor, row, 'update');
  }
}

/** Blocks or unblocks a person. Their memberships stay listed; they may do nothing. */
export function setBlocked(lab: Lab, user: UserRow, blocked: boolean): void {
  user.state = blocked ? 'blocked' : 'active';
  lab.changed();
}

/** A further personal access token; `scopes` as GitLab names them (`api`, `read_api`, `read_user`). */
export function createToken(lab: Lab, user: UserRow, scopes: readonly string[]): string {
  const id = takeId(lab.state, 'token');
  const token = `sandbox-token-${user.username}-${id}`;
  const createdAt = lab.now().toISOString();
  lab.state.tokens.push({
    id,
    userId: user.id,
    token,
    name: token,
    scopes: [...scopes],
    revoked: false,
    createdAt,
  });
  lab.changed();
  return token;
}

/** The token is refused from now on. An unknown one changes nothing. */
export function revokeToken(lab: Lab, token: string): void {
  const row = lab.state.tokens.find((candidate) => candidate.token === token);
  if (row === undefined) return;
  row.revoked = true;
  lab.changed();
}
