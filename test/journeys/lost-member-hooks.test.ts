import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, NOT_AVAILABLE } from '../graphql/client.ts';
import { viewText } from '../support/as-read.ts';
import { slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** The longest that a role may be remembered. */
const A_MINUTE_MS = 60_000;

/** GitLab takes a role away, and not one of the webhooks that say so arrives. */
async function takeAway(who: string, role: 'guest' | 'reporter'): Promise<void> {
  const before = world.gitlab.deliveries().length;
  world.gitlab.faults.dropDeliveries(10);
  await world.gitlab.setRole(who, 'acme', role);
  await world.settled();
  world.gitlab.faults.clear();
  const told = world.gitlab.deliveries().slice(before);
  expect(told.map(({ trigger, responseStatus }) => [trigger, responseStatus])).toContainEqual([
    'user_update_for_group',
    null,
  ]);
  expect(told.filter(({ responseStatus }) => responseStatus !== null)).toEqual([]);
}

const ask = asker(world);
const create = (firstName: string) => {
  const acme = world.gitlab.state().groups.find(({ path }) => path === 'acme');
  return ask(
    'dev',
    `mutation {
      customerRelationsContactCreate(
        input: { groupId: "gid://gitlab/Group/${acme?.id}", firstName: "${firstName}", lastName: "Roe" }
      ) { contact { firstName } errors }
    }`,
  );
};

beforeEach(async () => {
  await world.plays(`
    Pia: /crm link acme/app#1 ada@example.com
    Tieline: 1 contact added to acme/app#1.
      - Ada Lovelace (ada@example.com): added

    Dev: /crm new contact Grace Roe
    Tieline: Contact Grace Roe created.
      Number: C31
      Link to an issue with /crm link group/project#1 C31
  `);
});
afterEach(async () => {
  await world.gitlab.setRole('pia', 'acme', 'planner');
  await world.gitlab.setRole('dev', 'acme', 'developer');
  await world.settled();
});

describe('a role that was taken away a minute ago, of which no webhook told', () => {
  it('lets nobody act on Slack', async () => {
    await takeAway('pia', 'guest');
    world.advance(A_MINUTE_MS);
    await world.changesNothing(() =>
      world.plays(`
        Pia: /crm link acme/app#1 hedy@example.org
        Tieline: Error: You may not change an issue's contacts in acme/app#1.
          It takes the Planner role or higher there; ask one of its owners.

        Pia: /crm contacts acme/app#1
        Tieline: Error: You may not view an issue's contacts in acme/app#1.
          It takes the Planner role or higher there; ask one of its owners.

        Pia: /crm find ada group=acme
        Tieline: Error: You may not view contacts in acme.
          It takes the Planner role or higher there; ask one of its owners.
      `),
    );
  });

  it('lets nobody act by a comment', async () => {
    await takeAway('pia', 'guest');
    world.advance(A_MINUTE_MS);
    await world.changesNothing(() =>
      world.plays(`
        Pia on acme/app#1: @tieline add_contacts hedy@example.org
        Tieline on acme/app#1: :warning: You may not change an issue's contacts in acme/app#1.
          It takes the Planner role or higher there; ask one of its owners.
      `),
    );
  });

  it('lets nobody send a form that was opened while they had it', async () => {
    const dev = world.slack.as(slackIdOf('dev'));
    await world.starts('Dev: /crm new contact');
    await world.settled();
    const form = dev.view();
    if (!form) throw new Error('no form opened');
    expect(viewText(form)).toContain('First name');
    await takeAway('dev', 'reporter');
    world.advance(A_MINUTE_MS);
    await world.changesNothing(() => dev.submit(form, { first_name: 'Late', last_name: 'Roe' }));
    const now = dev.view();
    expect(now && viewText(now)).toContain('It takes the Developer role or higher there');
  });

  it('lets nobody act through the API', async () => {
    expect((await create('Early')).messages).toEqual([]);
    await takeAway('dev', 'reporter');
    world.advance(A_MINUTE_MS);
    await world.changesNothing(async () => {
      expect((await create('Late')).messages).toEqual([NOT_AVAILABLE]);
    });
  });
});
