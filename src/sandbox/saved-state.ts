import type { GitLabState } from './gitlab/state.ts';
import type { SlackState } from './slack/state.ts';

function hasLists(value: unknown, names: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const row = value as Record<string, unknown>;
  return row['version'] === 1 && names.every((name) => Array.isArray(row[name]));
}

const SLACK_LISTS = ['users', 'channels', 'messages', 'responseUrls'];
const GITLAB_LISTS = [
  'users',
  'tokens',
  'groups',
  'projects',
  'members',
  'issues',
  'notes',
  'awards',
  'hooks',
  'deliveries',
  'pending',
  'redirects',
];

/** Whether a saved workspace has the shape this version writes. */
export function isSlackState(value: unknown): value is SlackState {
  return hasLists(value, SLACK_LISTS);
}

/** Whether a saved instance has the shape this version writes. */
export function isGitLabState(value: unknown): value is GitLabState {
  return hasLists(value, GITLAB_LISTS) && typeof (value as GitLabState).nextId === 'object';
}
