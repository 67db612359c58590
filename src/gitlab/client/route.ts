const WORDS = new Set([
  'all',
  'award_emoji',
  'descendant_groups',
  'discussions',
  'events',
  'graphql',
  'groups',
  'hooks',
  'issues',
  'members',
  'metadata',
  'move',
  'notes',
  'personal_access_tokens',
  'projects',
  'self',
  'test',
  'user',
  'users',
  'version',
]);

/** The path of a call with every id and name as `:id`, so that metrics have few labels and no private names. */
export function routeOf(pathname: string): string {
  const path = pathname.replace(/^.*?\/api\/(?:v4\/)?/, '');
  return path
    .split('/')
    .map((segment) => (WORDS.has(segment) ? segment : ':id'))
    .join('/');
}
