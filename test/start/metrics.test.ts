import fastify from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMetrics } from '../../src/start/metrics.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { startWorld } from '../support/tieline.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.drop());

test('calls, deliveries, work and what waits can be read at /metrics', async () => {
  const metrics = createMetrics(db.database);
  const row = { source: 'gitlab', kind: 'note', headers: {}, body: Buffer.from('{}') };
  await db.database.prisma.delivery.create({ data: { ...row, key: 'waits' } });
  metrics.received();
  metrics.gitlabCall({ method: 'GET', route: 'projects/:id', status: 200, ms: 12 });
  const handle = metrics.timed({ work: 'handle', kind: 'gitlab' }, async (works: boolean) => {
    if (!works) throw new Error('did not work');
    return 'done';
  });
  expect(await handle(true)).toBe('done');
  await expect(handle(false)).rejects.toThrow('did not work');
  const app = fastify();
  await app.register(metrics.routes);
  const read = async () => (await app.inject({ url: '/metrics' })).body;
  const text = await read();
  for (const line of [
    'tieline_deliveries_received_total 1',
    'tieline_gitlab_call_seconds_count{method="GET",route="projects/:id",status="200"} 1',
    'tieline_work_seconds_count{work="handle",kind="gitlab",outcome="done"} 1',
    'tieline_work_seconds_count{work="handle",kind="gitlab",outcome="failed"} 1',
    'tieline_pending{direction="in"} 1',
    'tieline_failed 0',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
  await app.close();
});

test('the running program counts webhooks, its calls to GitLab and Slack, and what it remembers', async () => {
  const world = await startWorld();
  try {
    await world.gitlab.as('pia').comment('acme/app', 1, '@tieline add_contacts ada@example.com');
    await world.answer('Pia: /crm whoami');
    await world.answer('Pia: /crm whoami');
    await world.rows.subscribe('C0SALES01', 'acme');
    await world.answer('Pia: /crm link acme/app#1 hedy@example.org');
    await world.settled();
    const text = await (await fetch(`${world.tieline.url}/metrics`)).text();
    expect(text).toMatch(/^tieline_deliveries_received_total [1-9]/m);
    expect(text).toMatch(/^tieline_gitlab_call_seconds_count\{method="POST",.*status="201"\} [1-9]/m);
    expect(text).toMatch(
      /^tieline_slack_call_seconds_count\{method="chat.postMessage",outcome="ok"\} [1-9]/m,
    );
    for (const from of ['asked', 'kept']) {
      expect(text).toMatch(
        new RegExp(`^tieline_directory_answers_total\\{of="role",from="${from}"\\} [1-9]`, 'm'),
      );
    }
    expect(text).toMatch(/^tieline_work_seconds_count\{work="handle",kind="gitlab",outcome="done"\} [1-9]/m);
  } finally {
    await world.close();
  }
});
