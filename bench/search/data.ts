import type pg from 'pg';

/** How much there is to search in. The first group is the huge one; the rest is spread over the others. */
export interface Size {
  readonly contacts: number;
  readonly groups: number;
  readonly inHugeGroup: number;
}

const FIRST_NAMES =
  'Ada Grace Alan Edsger Barbara Donald Margaret Linus Radia Tim Katherine John Mary James Patricia Robert Jennifer ' +
  'Michael Linda William Elizabeth David Susan Joseph Jessica Charles Sarah Thomas Karen Daniel Nancy Matthew Lisa ' +
  'Anthony Betty Mark Helen Paul Sandra Steven Donna Andrew Carol Kenneth Ruth Joshua Sharon George Michelle Kevin ' +
  'Laura Brian Emily Edward Kimberly Ronald Deborah Timothy Stephanie Jason Rebecca Jeffrey Olga Ryan Amélie Jacob ' +
  'José Gary Søren Nicholas Zoë Eric Anna Jonathan Brenda Stephen Pamela Larry Nicole Justin Emma Scott Samantha';
const LAST_STARTS =
  'Love Hop Tur Dijk Lis Knu Hamil Torv Perl Bern John Smith Will Brown Garc Mill Davi Rodri Mart Hern Lope Gonza ' +
  'Wils Ander Thom Tayl Moor Jack Lee Pere Thomp Whit Harr Sanch Clark Rami Lewi Robin Walk Young Alle King Wrigh ' +
  'Scott Torr Nguy Hill Flor Green Adam Nels Bak Hall Rive Camp Mitch Cart Robe Gome Phil Evan Turn Diaz Park Cruz';
const LAST_ENDS =
  'lace per ing stra kov th ton alds man ers son field iams er ia ow es guez inez andez z lez ley sen as or e berg ' +
  'ell ez by wood sson stein hart dal gren ova ski ström mann haus ford worth more low croft bridge land dottir';
const COMPANY_STARTS =
  'Northern Blue Quantum Silver Harbour Golden Royal Urban Pacific Crystal Iron Summit Vertex';
const COMPANY_ENDS = 'Logistics Bakery Engines Telegraph Systems Pharma Foods Studios Textiles Marine Optics';

/** One contact in this many is inactive. */
const INACTIVE_EVERY = 20;
const CONTACTS_PER_ORGANIZATION = 20;

const words = (text: string) => `string_to_array('${text}', ' ')`;
/** One of them by the row's number: always the same, and spread without a pattern. */
const pick = (from: string, row: string, salt: number) =>
  `(${words(from)})[1 + abs(hashint8extended(${row}, ${salt})) % ${from.split(' ').length}]`;
const chance = (row: string, salt: number, every: number) =>
  `abs(hashint8extended(${row}, ${salt})) % ${every} = 0`;

/**
 * Fills an empty migrated database. Indexes are made when the rows are in, and the triggers are left out (what
 * they would write is written here): otherwise it takes a quarter of an hour.
 */
export async function fill(client: pg.Client, size: Size, log: (line: string) => void): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; definition: string }>(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
    WHERE indrelid = 'contacts'::regclass AND NOT indisprimary`);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await client.query("SET session_replication_role = 'replica'");
  for (const statement of [groups(size), organizations(size), contacts(size)]) {
    await client.query(statement);
  }
  log('rows are in');
  await client.query("SET maintenance_work_mem = '1GB'");
  for (const { definition } of indexes) await client.query(definition);
  log('indexes are in');
  await client.query('VACUUM (ANALYZE) groups, organizations, contacts');
}

const groups = ({ groups: count }: Size) => `
  INSERT INTO groups (id, root_id, full_path, name, checked_at)
  SELECT g, g, 'group-' || g, 'Group ' || g, now() FROM generate_series(1, ${count}) g`;

const groupOf = (row: string, inHugeGroup: number, count: number) =>
  `CASE WHEN ${row} <= ${inHugeGroup} THEN 1 ELSE 2 + ${row} % ${count - 1} END`;

const organizations = ({ contacts: count, groups: groupCount, inHugeGroup }: Size) => `
  INSERT INTO organizations (crm_group_id, id, name, description, active)
  SELECT ${groupOf('o', inHugeGroup / CONTACTS_PER_ORGANIZATION, groupCount)}, o,
    ${pick(COMPANY_STARTS, 'o', 1)} || ' ' || ${pick(COMPANY_ENDS, 'o', 2)} || ' ' || o || ' '
      || ${pick('Ltd Inc GmbH AG', 'o', 3)},
    CASE WHEN ${chance('o', 4, 3)} THEN 'Pays by invoice' END, NOT ${chance('o', 5, INACTIVE_EVERY)}
  FROM generate_series(1, ${count / CONTACTS_PER_ORGANIZATION}) o`;

/** Half of the contacts have a note about a renewal: the common word. */
const contacts = ({ contacts: count, groups: groupCount, inHugeGroup }: Size) => `
  INSERT INTO contacts (crm_group_id, id, first_name, last_name, email, phone, description, active,
    organization_id, organization_name)
  SELECT p.crm_group_id, p.i, p.first, p.last, lower(p.first || '.' || p.last || p.i || '@' || p.host),
    '+44 ' || abs(hashint8extended(p.i, 6)) % 100000000,
    CASE WHEN ${chance('p.i', 7, 2)} THEN 'Renewal in ' || ${pick('spring summer autumn winter', 'p.i', 8)} END,
    NOT ${chance('p.i', 9, INACTIVE_EVERY)}, o.id, o.name
  FROM (
    SELECT i, ${groupOf('i', inHugeGroup, groupCount)} AS crm_group_id,
      ${pick(FIRST_NAMES, 'i', 1)} AS first,
      ${pick(LAST_STARTS, 'i', 2)} || ${pick(LAST_ENDS, 'i', 3)} AS last,
      ${pick('example.com example.org mail.example corp.example', 'i', 4)} AS host,
      CASE WHEN i <= ${inHugeGroup}
        THEN 1 + abs(hashint8extended(i, 5)) % ${inHugeGroup / CONTACTS_PER_ORGANIZATION}
      END AS huge_organization
    FROM generate_series(1, ${count}) i
  ) p
  LEFT JOIN organizations o ON o.crm_group_id = p.crm_group_id AND o.id = p.huge_organization
    AND o.crm_group_id = 1
  ORDER BY p.i`;
