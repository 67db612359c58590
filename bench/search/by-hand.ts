/**
 * Search statements as one would write them by hand for one kind of query each, knowing which stages of the order
 * can hold anything and which index suits the word. $1 is the crm group, $2 and $3 are the words, folded; for a phrase
 * and an address $3 is the part of it that tells most.
 */
const CONTACT = `c.id, c.first_name, c.last_name AS name, c.email, c.phone, c.description, c.organization_id,
  c.organization_name, NULL AS default_rate, c.active, c.version, c.created_at, c.updated_at`;
const ORGANIZATION = `o.id, NULL, o.name, NULL, NULL, o.description, NULL::bigint, NULL, o.default_rate::text,
  o.active, o.version, o.created_at, o.updated_at`;
const PAGE = 9;
const LAST = `chr(1114111)`;

/** Whether the page is filled by the stages before: then this one is not run. */
const unlessFull = (...before: string[]): string =>
  before.length === 0
    ? ''
    : `AND (${before.map((name) => `(SELECT count(*) FROM ${name})`).join(' + ')}) < ${PAGE}`;

const organizationsByPrefix = `o1 AS MATERIALIZED (SELECT 1 AS stage, o.name_key AS key, ${ORGANIZATION}
  FROM organizations o WHERE o.crm_group_id = $1 AND o.active AND o.name_key >= $2 AND o.name_key < $2 || ${LAST}
  ORDER BY o.name_key, o.id LIMIT ${PAGE})`;

const contactsByPrefix = (before: string[]): string => `c2 AS MATERIALIZED (SELECT 2, c.last_key, ${CONTACT}
  FROM contacts c WHERE c.crm_group_id = $1 AND c.active AND c.last_key >= $2 AND c.last_key < $2 || ${LAST}
  ${unlessFull(...before)} ORDER BY c.last_key, c.id LIMIT ${PAGE}),
c3 AS MATERIALIZED (SELECT 3, c.first_key, ${CONTACT}
  FROM contacts c WHERE c.crm_group_id = $1 AND c.active AND c.first_key >= $2 AND c.first_key < $2 || ${LAST}
  AND NOT starts_with(c.last_key, $2) ${unlessFull(...before, 'c2')} ORDER BY c.first_key, c.id LIMIT ${PAGE}),
c4 AS MATERIALIZED (SELECT 4, c.email_key, ${CONTACT}
  FROM contacts c WHERE c.crm_group_id = $1 AND c.active AND c.email IS NOT NULL AND c.email_key >= $2
  AND c.email_key < $2 || ${LAST} AND NOT starts_with(c.last_key, $2) AND NOT starts_with(c.first_key, $2)
  ${unlessFull(...before, 'c2', 'c3')} ORDER BY c.email_key, c.id LIMIT ${PAGE})`;

const union = (names: string[]): string =>
  `SELECT * FROM (${names.map((name) => `SELECT * FROM ${name}`).join(' UNION ALL ')}) u
   ORDER BY stage, key COLLATE "C", id LIMIT ${PAGE}`;

/** What the trigram index is asked for is part of what is looked for; the rest is seen in the rows that it gives. */
const probed = (probe: string): string =>
  `AND c.search_text LIKE ${probe} AND c.search_text LIKE ALL (ARRAY['%' || $2 || '%'])`;

/** Contacts that hold the word or words, by the trigram index, all of them sorted. */
const contactsHolding = (
  words: number,
  probe?: string,
): string => `m6 AS MATERIALIZED (SELECT c.last_key, ${CONTACT}
  FROM contacts c WHERE c.crm_group_id = $1 AND c.active ${probe ? probed(probe) : `AND c.search_text LIKE '%' || $2 || '%'`}
  ${words === 2 ? `AND c.search_text LIKE '%' || $3 || '%'` : `AND NOT c.search_text LIKE '%' || chr(10) || $2 || '%'`}),
c6 AS MATERIALIZED (SELECT 6, * FROM m6 ORDER BY last_key, id LIMIT ${PAGE})`;

const organizationsHolding = (
  words: number,
): string => `m5 AS MATERIALIZED (SELECT o.name_key AS key, ${ORGANIZATION}
  FROM organizations o WHERE o.crm_group_id = $1 AND o.active AND o.search_text LIKE '%' || $2 || '%'
  ${words === 2 ? `AND o.search_text LIKE '%' || $3 || '%'` : 'AND NOT starts_with(o.name_key, $2)'}),
o5 AS MATERIALIZED (SELECT 5 AS stage, * FROM m5 ORDER BY key, id LIMIT ${PAGE})`;

/** Up to twenty inactive matches. A word that is common in the group is looked for along its inactive rows. */
const inactive = (words: number, common: boolean): string => {
  const like = (alias: string) =>
    `${alias}.search_text LIKE '%' || $2 || '%' ${words === 2 ? `AND ${alias}.search_text LIKE '%' || $3 || '%'` : ''}`;
  const contacts = common
    ? `SELECT FROM contacts i WHERE i.crm_group_id = $1 AND NOT i.active AND ${like('i')}
       ORDER BY i.last_key, i.id LIMIT 20`
    : `SELECT FROM ci LIMIT 20`;
  return `least(20, (SELECT count(*) FROM (${contacts}) x) + (SELECT count(*) FROM (SELECT FROM organizations i
    WHERE i.crm_group_id = $1 AND NOT i.active AND ${like('i')} LIMIT 20) x)) AS inactive`;
};
const inactiveMatches = (words: number): string => `ci AS MATERIALIZED (SELECT FROM contacts c
  WHERE c.crm_group_id = $1 AND NOT c.active AND c.search_text LIKE '%' || $2 || '%'
  ${words === 2 ? `AND c.search_text LIKE '%' || $3 || '%'` : ''})`;

const counted = (ctes: string[], rows: string, words: number): string =>
  `WITH ${[...ctes, inactiveMatches(words)].join(',\n')}
   SELECT r.*, ${inactive(words, false)} FROM (SELECT 1) one LEFT JOIN (${rows}) r ON true`;

const first = (sql: string): string =>
  sql.replace('SELECT 2,', 'SELECT 2 AS stage,').replace(', c.last_key, c.id,', ', c.last_key AS key, c.id,');

/** What every word may start: without these stages a statement would be wrong for other words of its kind. */
const STARTS = [organizationsByPrefix, contactsByPrefix(['o1'])];
const STARTED = ['o1', 'c2', 'c3', 'c4'];

/** The statement of each kind of query; each is right for every word of its kind. */
export const BY_HAND = {
  prefix: counted(STARTS, union(STARTED), 1),
  suggest: `WITH ${first(contactsByPrefix([]))} ${union(['c2', 'c3', 'c4'])}`,
  holding: counted(
    [...STARTS, organizationsHolding(1), contactsHolding(1)],
    union([...STARTED, 'o5', 'c6']),
    1,
  ),
  holdingBoth: counted([...STARTS, organizationsHolding(2), contactsHolding(2)], union(['o5', 'c6']), 2),
  email: counted(
    [
      ...STARTS,
      `c0 AS MATERIALIZED (SELECT 0 AS stage, '' AS key, ${CONTACT} FROM contacts c
        WHERE c.crm_group_id = $1 AND c.active AND c.email IS NOT NULL AND lower(c.email) = $2)`,
      `m6 AS MATERIALIZED (SELECT c.last_key, ${CONTACT} FROM contacts c WHERE c.crm_group_id = $1 AND c.active
        AND c.search_text LIKE '%' || $3 || '%' AND c.search_text LIKE ALL (ARRAY['%' || $2 || '%'])
        AND c.id <> ALL (ARRAY(SELECT id FROM c0)))`,
      `c6 AS MATERIALIZED (SELECT 6, * FROM m6 ORDER BY last_key, id LIMIT ${PAGE})`,
    ],
    union(['c0', 'c6']),
    1,
  ),
  organization: counted([...STARTS, contactsHolding(1, '$3')], union([...STARTED, 'c6']), 1),
  common: `WITH ${STARTS.join(',')}, ${organizationsHolding(1)},
    c6 AS MATERIALIZED (SELECT 6, c.last_key AS key, ${CONTACT} FROM contacts c
      WHERE c.crm_group_id = $1 AND c.active AND c.search_text LIKE ALL (ARRAY['%' || $2 || '%'])
        ${unlessFull(...STARTED, 'o5')}
      ORDER BY c.last_key, c.id LIMIT ${PAGE})
    SELECT r.*, ${inactive(1, true)} FROM (SELECT 1) one LEFT JOIN (${union([...STARTED, 'o5', 'c6'])}) r ON true`,
  near: `WITH m AS MATERIALIZED (SELECT c.last_key AS key, c.search_text, ${CONTACT} FROM contacts c
      WHERE c.crm_group_id = $1 AND c.active AND c.near_keys && tieline_near($2)),
    n AS MATERIALIZED (SELECT o.name_key AS key, o.search_text, ${ORGANIZATION} FROM organizations o
      WHERE o.crm_group_id = $1 AND o.active AND o.near_keys && tieline_near($2))
    SELECT * FROM (SELECT 7 AS stage, * FROM n UNION ALL SELECT 8, * FROM m) u
    ORDER BY stage, key COLLATE "C", id LIMIT ${PAGE}`,
} as const;
