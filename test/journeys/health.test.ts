import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hideDatabase } from '../support/hide-database.ts';
import { WEBHOOK_SECRET } from '../support/platforms.ts';
import { startWorld, type World } from '../support/tieline.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Which checks fail, and what each says. */
async function readiness(): Promise<{ status: number; failing: Record<string, string> }> {
  const response = await fetch(`${world.tieline.url}/readyz`);
  const { checks } = (await response.json()) as { checks: Record<string, { ok: boolean; detail: string }> };
  const failing = Object.entries(checks).filter(([, { ok }]) => !ok);
  return {
    status: response.status,
    failing: Object.fromEntries(failing.map(([name, { detail }]) => [name, detail])),
  };
}

describe('what the program cannot do without', () => {
  it('readyz names the token that stopped working and the Slack that gives no answer', async () => {
    // The bot was somebody a moment ago: it has answered a comment.
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
    `);
    const token = world.gitlab.tokenOf('tieline');
    world.gitlab.revokeToken(token);
    world.slack.fail('auth.test', { status: 500, times: 5 });
    const { status, failing } = await readiness();
    expect(status).toBe(503);
    expect(Object.keys(failing)).toEqual(['slack', 'gitlab']);
    expect(failing['slack']).toBe('Slack gives no answer');
    expect(JSON.stringify(failing)).not.toContain(token);
    expect((await fetch(`${world.tieline.url}/healthz`)).status).toBe(200);
  });

  it('without the database nothing is acknowledged, people are told, and it goes on by itself', async () => {
    const bringBack = await hideDatabase(world.db.connectionString);
    const webhook = (): Promise<Response> =>
      fetch(`${world.tieline.url}/gitlab/webhooks`, {
        method: 'POST',
        headers: { 'x-gitlab-token': WEBHOOK_SECRET, 'content-type': 'application/json' },
        body: '{"object_kind":"push"}',
      });
    expect((await webhook()).status).toBe(503);
    await world.starts('Nina: /crm find seymour');
    const answer = await world.slack.waitForMessage(({ user }) => user === 'U0NINA001', 10_000);
    expect(answer.text).toContain('The database does not answer just now.');
    expect(Object.keys((await readiness()).failing)).toEqual(expect.arrayContaining(['database', 'backlog']));
    await bringBack();
    expect((await webhook()).status).toBe(204);
    expect(world.heard()).toHaveLength(1);
  });
});
