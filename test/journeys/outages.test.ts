import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

interface Report {
  ready: boolean;
  checks: Record<string, { ok: boolean; detail: string }>;
}

async function readiness(): Promise<{ status: number; failing: Record<string, string> }> {
  const response = await fetch(`${world.tieline.url}/readyz`);
  const { checks } = (await response.json()) as Report;
  const failing = Object.entries(checks).filter(([, check]) => !check.ok);
  return {
    status: response.status,
    failing: Object.fromEntries(failing.map(([name, check]) => [name, check.detail])),
  };
}

describe('health', () => {
  it('says that the process lives and that everything it needs answers', async () => {
    const alive = await fetch(`${world.tieline.url}/healthz`);
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok' }]);
    expect(await readiness()).toEqual({ status: 200, failing: {} });
  });
});

describe('while GitLab is down', () => {
  it('nobody has rights on Slack, and the answer says why', async () => {
    world.gitlab.faults.respond({ path: /./, status: 502, times: 1_000 });
    await world.changesNothing(() =>
      world.plays(`
        Rita: /crm link acme/app#1 ada@example.com
        Tieline: Error: GitLab does not answer just now, so I cannot tell what you may do.
          Nothing was changed.
          Try again in a moment.
      `),
    );
  });

  it('a comment waits and is answered once when it is back', async () => {
    world.gitlab.faults.respond({ path: /\/notes\/\d+$/, status: 502, times: 6 });
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
    `);
    expect(await world.rows.audit()).toHaveLength(1);
  });

  it('a note that was made, though its answer was lost, is not made again', async () => {
    world.gitlab.faults.cut({ method: 'POST', path: /\/notes$/, when: 'after' });
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
    `);
  });

  it('whoever waits is told that it takes longer', async () => {
    const hold = world.gitlab.faults.hold(/\/issues\/2$/);
    await world.starts('Rita: /crm contacts acme/app#2');
    const waiting = await world.slack.waitForMessage(({ text }) => text.startsWith('Working on it'));
    expect(waiting).toMatchObject({ user: 'U0RITA001', visibility: 'ephemeral' });
    hold.release();
    await world.settled();
    expect(world.heard()).toHaveLength(1);
  });
});

describe('while Slack is down', () => {
  it('people whose address Slack does not tell are asked to try again', async () => {
    world.slack.fail('users.info', { status: 500 });
    await world.changesNothing(() =>
      world.plays(`
        Sam: /crm find ada
        Tieline: Error: Slack does not answer just now.
          Nothing was changed.
          Try again in a moment.
      `),
    );
  });

  it('a notice waits and is posted once', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    world.slack.dropResponse('chat.postMessage');
    await world.plays(`
      Dev: /crm new contact Grace Hopper
      Tieline: Contact Grace Hopper created.
        Number: C31
        Link to an issue with /crm link group/project#1 C31
      Tieline in #sales: Dev Devani created the contact Grace Hopper.
    `);
  });
});
