/** How much there is to move. */
export interface Size {
  readonly contacts: number;
  /** Of the contacts, how many have a twin in the new root. */
  readonly duplicates: number;
  readonly links: number;
  readonly issues: number;
}

/**
 * Root group 1 with a project in each of ten subgroups, its customers and links; root group 2 with twins of some of
 * them and with customers of its own.
 */
export function seedStatements({ contacts, duplicates, links, issues }: Size): string[] {
  const organizations = Math.max(1, Math.floor(contacts / 100));
  const perIssue = Math.max(1, Math.round(links / issues));
  return [
    `INSERT INTO groups (id, parent_id, root_id, full_path, name, checked_at) VALUES
       (1, NULL, 1, 'old', 'Old', now()), (2, NULL, 2, 'new', 'New', now())`,
    `INSERT INTO groups (id, parent_id, root_id, full_path, name, checked_at)
       SELECT 10 + n, 1, 1, 'old/team-' || n, 'Team ' || n, now() FROM generate_series(0, 9) n`,
    `INSERT INTO projects (id, group_id, full_path, name, checked_at)
       SELECT 10 + n, 10 + n, 'old/team-' || n || '/app', 'App', now() FROM generate_series(0, 9) n`,
    `INSERT INTO issues (id, project_id, iid, crm_group_id, title, state, confidential, assignee_ids, checked_at)
       SELECT 1000 + n, 10 + n % 10, n, 1, 'Issue ' || n, 'opened', false, '{}', now()
       FROM generate_series(1, ${issues}) n`,
    `INSERT INTO organizations (crm_group_id, name, description)
       SELECT 1, 'Organization ' || n, 'Customer since ' || (1990 + n % 30) FROM generate_series(1, ${organizations}) n`,
    `INSERT INTO organizations (crm_group_id, name)
       SELECT 2, 'ORGANIZATION ' || n FROM generate_series(1, ${organizations}, 10) n`,
    `INSERT INTO contacts (crm_group_id, organization_id, first_name, last_name, email, phone, description)
       SELECT 1, (SELECT min(id) FROM organizations WHERE crm_group_id = 1) + n % ${organizations},
         'First' || n, 'Last' || n % 5000, 'person' || n || '@example.com', '+1 555 ' || n,
         CASE WHEN n % 3 = 0 THEN 'Met at the fair of ' || n END
       FROM generate_series(1, ${contacts}) n`,
    `INSERT INTO contacts (crm_group_id, first_name, last_name, email, phone)
       SELECT 2, 'First' || n, 'Other' || n, 'Person' || n || '@Example.com',
         CASE WHEN n % 2 = 0 THEN '+1 555 ' || n END
       FROM generate_series(1, ${contacts}, ${Math.max(1, Math.floor(contacts / duplicates))}) n`,
    `INSERT INTO issue_contacts (crm_group_id, issue_id, contact_id)
       SELECT 1, 1000 + n, (SELECT min(id) FROM contacts WHERE crm_group_id = 1) + (n * 7919 + k * 104729) % ${contacts}
       FROM generate_series(1, ${issues}) n, generate_series(0, ${perIssue - 1}) k ON CONFLICT DO NOTHING`,
    'ANALYZE',
  ];
}

/** One text that is equal for equal outcomes: customers, links, and the report but for its numbering and times. */
export const FINGERPRINT = `
  SELECT concat_ws(' ',
    (SELECT count(*) || ':' || sum(hashtextextended(concat_ws('|', crm_group_id, id, organization_id, first_name, last_name, email, phone, description, active), 0)::numeric) FROM contacts),
    (SELECT count(*) || ':' || sum(hashtextextended(concat_ws('|', crm_group_id, id, name, description, default_rate), 0)::numeric) FROM organizations),
    (SELECT count(*) || ':' || sum(hashtextextended(concat_ws('|', crm_group_id, issue_id, contact_id, created_at), 0)::numeric) FROM issue_contacts),
    (SELECT count(*) || ':' || sum(hashtextextended(concat_ws('|', crm_group_id, id), 0)::numeric) FROM issues),
    (SELECT count(*) || ':' || sum(hashtextextended(concat_ws('|', kind, outcome, subject_id, target_id, data), 0)::numeric) FROM transfer_entries)
  ) AS fingerprint`;
