import type pg from 'pg';

/**
 * The peer: a root group's customers moved to another root by SQL written for this one case. It knows beforehand that
 * everything moves, that every issue of the old crm group does, and that nobody else looks on: no locks, no checks of
 * rights, no audit log, no notices, no plan.
 */
export async function transferByHand(client: pg.Client, from: bigint, to: bigint): Promise<void> {
  await client.query('BEGIN');
  await client.query('SET CONSTRAINTS ALL DEFERRED');
  await client.query(`UPDATE groups SET parent_id = $2 WHERE id = $1`, [from, to]);
  for (const statement of STATEMENTS) {
    await client.query(statement.replaceAll('$from', String(from)).replaceAll('$to', String(to)));
  }
  await client.query('COMMIT');
}

const STATEMENTS = [
  `CREATE TEMP TABLE dup_organizations ON COMMIT DROP AS
     SELECT o.id AS old_id, w.id AS new_id, nullif(jsonb_strip_nulls(jsonb_build_object(
       'name', CASE WHEN w.name <> o.name THEN o.name END,
       'defaultRate', CASE WHEN w.default_rate <> o.default_rate THEN o.default_rate::text END,
       'description', CASE WHEN w.description <> o.description THEN o.description END,
       'active', CASE WHEN w.active <> o.active THEN o.active END)), '{}') AS lost
     FROM organizations o JOIN organizations w ON w.crm_group_id = $to AND lower(w.name) = lower(o.name)
     WHERE o.crm_group_id = $from`,
  `CREATE TEMP TABLE dup_contacts ON COMMIT DROP AS
     SELECT c.id AS old_id, w.id AS new_id, coalesce(d.new_id, c.organization_id) AS organization_id,
       nullif(jsonb_strip_nulls(jsonb_build_object(
         'firstName', CASE WHEN w.first_name <> c.first_name THEN c.first_name END,
         'lastName', CASE WHEN w.last_name <> c.last_name THEN c.last_name END,
         'email', CASE WHEN w.email <> c.email THEN c.email END,
         'phone', CASE WHEN w.phone <> c.phone THEN c.phone END,
         'description', CASE WHEN w.description <> c.description THEN c.description END,
         'organization', CASE WHEN w.organization_id <> coalesce(d.new_id, c.organization_id) THEN
           (SELECT name FROM organizations o WHERE o.crm_group_id = $from AND o.id = c.organization_id) END,
         'active', CASE WHEN w.active <> c.active THEN c.active END)), '{}') AS lost
     FROM contacts c JOIN contacts w ON w.crm_group_id = $to AND w.email IS NOT NULL AND lower(w.email) = lower(c.email)
     LEFT JOIN dup_organizations d ON d.old_id = c.organization_id
     WHERE c.crm_group_id = $from AND c.email IS NOT NULL`,
  'ANALYZE dup_organizations',
  'ANALYZE dup_contacts',
  `INSERT INTO transfers (crm_group_id, id, kind, state, subject_id, subject_path, to_crm_group_id, counts)
     VALUES ($from, 1, 'group', 'applied', $from, 'new/old', $to, '{}')`,
  `INSERT INTO transfer_entries (crm_group_id, transfer_id, position, kind, outcome, subject_id, target_id, data)
     SELECT $from, 1, row_number() OVER (), e.* FROM (
       SELECT 'organization', CASE WHEN d.old_id IS NULL THEN 'moved' WHEN d.lost IS NULL THEN 'merged' ELSE 'conflict' END,
         o.id, coalesce(d.new_id, o.id), d.lost
       FROM organizations o LEFT JOIN dup_organizations d ON d.old_id = o.id WHERE o.crm_group_id = $from
       UNION ALL
       SELECT 'contact', CASE WHEN d.old_id IS NULL THEN 'moved' WHEN d.lost IS NULL THEN 'merged' ELSE 'conflict' END,
         c.id, coalesce(d.new_id, c.id), d.lost
       FROM contacts c LEFT JOIN dup_contacts d ON d.old_id = c.id WHERE c.crm_group_id = $from
       UNION ALL
       SELECT 'link', 'moved', l.issue_id, coalesce(d.new_id, l.contact_id),
         CASE WHEN d.new_id IS NOT NULL THEN jsonb_build_object('contactId', l.contact_id::text) END
       FROM issue_contacts l LEFT JOIN dup_contacts d ON d.old_id = l.contact_id WHERE l.crm_group_id = $from) e`,
  `UPDATE organizations w SET default_rate = coalesce(w.default_rate, o.default_rate),
       description = coalesce(w.description, o.description), version = w.version + 1, updated_at = now()
     FROM dup_organizations d JOIN organizations o ON o.crm_group_id = $from AND o.id = d.old_id
     WHERE w.crm_group_id = $to AND w.id = d.new_id AND ((w.default_rate IS NULL AND o.default_rate IS NOT NULL)
       OR (w.description IS NULL AND o.description IS NOT NULL))`,
  `UPDATE contacts w SET phone = coalesce(w.phone, c.phone), description = coalesce(w.description, c.description),
       organization_id = coalesce(w.organization_id, d.organization_id), version = w.version + 1, updated_at = now()
     FROM dup_contacts d JOIN contacts c ON c.crm_group_id = $from AND c.id = d.old_id
     WHERE w.crm_group_id = $to AND w.id = d.new_id AND ((w.phone IS NULL AND c.phone IS NOT NULL)
       OR (w.description IS NULL AND c.description IS NOT NULL)
       OR (w.organization_id IS NULL AND d.organization_id IS NOT NULL))`,
  `UPDATE organizations SET crm_group_id = $to
     WHERE crm_group_id = $from AND id NOT IN (SELECT old_id FROM dup_organizations)`,
  `UPDATE issue_contacts l SET crm_group_id = $to, contact_id = d.new_id FROM dup_contacts d
     WHERE l.crm_group_id = $from AND l.contact_id = d.old_id`,
  'UPDATE issue_contacts SET crm_group_id = $to WHERE crm_group_id = $from',
  'UPDATE issues SET crm_group_id = $to WHERE crm_group_id = $from',
  'DELETE FROM contacts c USING dup_contacts d WHERE c.crm_group_id = $from AND c.id = d.old_id',
  `UPDATE contacts c SET crm_group_id = $to, organization_id = d.new_id FROM dup_organizations d
     WHERE c.crm_group_id = $from AND c.organization_id = d.old_id`,
  'UPDATE contacts SET crm_group_id = $to WHERE crm_group_id = $from',
  'DELETE FROM organizations o USING dup_organizations d WHERE o.crm_group_id = $from AND o.id = d.old_id',
];
