/** People and memberships as GitLab's REST API words them. */
import type { Lab } from './lab.ts';
import { byId } from './paths.ts';
import type { MemberRow, TokenRow, UserRow } from './state.ts';

/** `API::Entities::UserBasic`. */
export function presentUser(lab: Lab, user: UserRow) {
  return {
    id: user.id,
    username: user.username,
    public_email: null,
    name: user.name,
    state: user.state,
    locked: false,
    avatar_url: null,
    web_url: `${lab.baseUrl()}/${user.username}`,
  };
}

/** `GET /users/:id`: the e-mail address and `is_admin` only for an administrator. */
export function presentUserFor(lab: Lab, user: UserRow, viewer: UserRow) {
  const profile = {
    ...presentUser(lab, user),
    created_at: user.createdAt,
    bio: '',
    location: null,
    bot: user.bot,
    organization: '',
    job_title: '',
    followers: 0,
    following: 0,
  };
  return viewer.admin ? { ...profile, ...privateFields(user), is_admin: user.admin } : profile;
}

/** `GET /user`: one's own account. */
export function presentSelf(lab: Lab, user: UserRow) {
  const profile = {
    ...presentUser(lab, user),
    created_at: user.createdAt,
    bot: user.bot,
    ...privateFields(user),
  };
  return user.admin ? { ...profile, is_admin: true } : profile;
}

function privateFields(user: UserRow) {
  return {
    email: user.email,
    commit_email: user.email,
    confirmed_at: user.createdAt,
    last_activity_on: user.createdAt.slice(0, 10),
    identities: [],
    can_create_group: true,
    can_create_project: true,
    two_factor_enabled: false,
    external: false,
    private_profile: false,
    namespace_id: user.namespaceId,
  };
}

/** `API::Entities::Member`. A blocked user is still listed; `state` tells. */
export function presentMember(lab: Lab, row: MemberRow) {
  return {
    ...presentUser(lab, byId(lab.state.users, row.userId)),
    access_level: row.level,
    created_at: row.createdAt,
    expires_at: null,
    membership_state: 'active',
  };
}

/** `GET /personal_access_tokens/self`; never the token itself. */
export function presentToken(row: TokenRow) {
  return {
    id: row.id,
    name: row.name,
    revoked: row.revoked,
    created_at: row.createdAt,
    description: null,
    scopes: row.scopes,
    user_id: row.userId,
    last_used_at: null,
    active: !row.revoked,
    expires_at: null,
  };
}
