import pg from 'pg';

/** Adds a project of group-1 with so many open issues, as they would be after years: titles of a few common words. */
export async function fillIssues(url: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`INSERT INTO projects (id, group_id, full_path, name, checked_at)
      VALUES (1, 1, 'group-1/app', 'App', now()) ON CONFLICT DO NOTHING`);
    await client.query(
      `INSERT INTO issues (id, project_id, iid, title, state, confidential, assignee_ids, gitlab_updated_at, checked_at)
        SELECT n, 1, n, (ARRAY['Invoice', 'Report', 'Sign-in', 'Export', 'Search', 'Delivery'])[1 + n % 6] || ' of ' ||
            (ARRAY['north', 'south', 'east', 'west', 'hopper'])[1 + n % 5] || ' ' || md5(n::text) ||
            CASE WHEN n % 100000 = 17 THEN ' zeppelin' ELSE '' END, 'opened', false, '{}',
          now() - (($1::int - n) || ' minutes')::interval, now()
        FROM generate_series(1, $1::int) n`,
      [count],
    );
    await client.query('VACUUM (ANALYZE) projects, issues');
  } finally {
    await client.end();
  }
}
