import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { replayLedgerEntry } from '../../src/db/queries/ledger.ts';
import { plantHook, SYSTEM_HOOK_SECRET, WEBHOOK_SECRET } from '../support/platforms.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** The last webhook that told of a comment. */
function lastNoteHook() {
  const row = world.gitlab.deliveries().findLast(({ trigger }) => trigger.includes('note_hooks'));
  if (!row) throw new Error('no comment was told of');
  return row;
}

/** Sends a webhook as GitLab does. */
function send(
  body: string,
  headers: Record<string, string> = {},
  path = '/gitlab/webhooks',
): Promise<Response> {
  return fetch(`${world.tieline.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-gitlab-token': WEBHOOK_SECRET, ...headers },
    body,
  });
}

describe('the same request twice', () => {
  it('a Slack command makes one change and gets one answer', async () => {
    await world.plays(`
      Dev: /crm new contact Grace Hopper grace@example.com
      Tieline: Contact Grace Hopper created.
        E-mail: grace@example.com
        Number: C31
        Link to an issue with /crm link group/project#1 grace@example.com
    `);
    await world.changesNothing(async () => {
      const again = await Promise.all([world.slack.replay(), world.slack.replay(), world.slack.replay()]);
      expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    });
    expect(world.heard()).toEqual([]);
  });

  it('a webhook makes one change and gets one answer, whenever it comes again', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
    `);
    const { id } = lastNoteHook();
    await world.changesNothing(async () => {
      await Promise.all([world.gitlab.resend(id), world.gitlab.resend(id)]);
      await world.settled();
      // By then somebody else took the contact off again: the old comment does not put it back.
      await world.gitlab.resend(id);
    });
    expect(world.heard()).toEqual([]);
    await world.answer('Pia on acme/app#1: @tieline remove_contacts ada@example.com');
    await world.gitlab.resend(id);
    await world.settled();
    expect(await world.rows.linked('acme/app#1')).toEqual([]);
  });

  it("a project's hook beside the group's tells of the same comment", async () => {
    await plantHook(world.gitlab, 'projects/acme/website', world.tieline.url);
    await world.plays(`
      Pia on acme/website#1: @tieline add_contacts ada@example.com
      Tieline on acme/website#1: 1 contact added to acme/website#1.
        - ada@example.com: added
    `);
    const told = (await world.rows.deliveries()).filter(({ kind }) => kind === 'note');
    expect(new Set(told.map(({ key }) => key)).size).toBeGreaterThan(1);
    expect(await world.rows.audit()).toHaveLength(1);

    await world.plays(`
      Pia opens in acme/website: Two hooks
        @tieline add_contacts ada@example.com
      Tieline on acme/website#2: 1 contact added to acme/website#2.
        - ada@example.com: added
    `);
    expect(await world.rows.audit()).toHaveLength(2);
  });

  it('a webhook without an idempotency key is known by its content', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
    `);
    const { requestBody } = lastNoteHook();
    await world.changesNothing(async () => {
      const first = await send(requestBody, { 'x-gitlab-event': 'Note Hook' });
      const second = await send(requestBody, { 'x-gitlab-event': 'Note Hook' });
      expect([first.status, second.status]).toEqual([204, 204]);
    });
    const keys = (await world.rows.deliveries()).filter(({ key }) => key.startsWith('sha256:'));
    expect(keys).toHaveLength(1);
    expect(world.heard()).toEqual([]);
  });
});

describe('a webhook that is tried again', () => {
  /** As `tieline deliveries replay` does. */
  async function replayLast(): Promise<void> {
    const { prisma } = world.db.database;
    const { id } = await prisma.delivery.findFirstOrThrow({
      where: { outcome: { startsWith: 'answered' } },
      orderBy: { id: 'desc' },
    });
    expect(await replayLedgerEntry(world.db.database, { direction: 'in', id })).toBe(true);
    await world.settled();
  }
  const answers = () =>
    world.gitlab
      .notes('acme/app', 3)
      .filter(({ author, system }) => author.username === 'tieline' && !system)
      .slice(before);
  let before = 0;
  beforeEach(() => {
    before = 0;
    before = answers().length;
  });
  afterEach(() => world.gitlab.setRole('gus', 'acme', 'guest'));

  it('says in the same note that what was refused at first is done now', async () => {
    await world.plays(`
      Gus on acme/app#3: @tieline add_contacts hedy@example.org
      Tieline on acme/app#3: :warning: You may not change an issue's contacts in acme/app#3.
        It takes the Planner role or higher there; ask one of its owners.
    `);
    const [first] = answers();
    await replayLast();
    expect(answers()).toEqual([first]);
    expect(await world.rows.outbox()).toHaveLength(2);
    await world.gitlab.setRole('gus', 'acme', 'planner');
    await world.settled();
    await replayLast();
    expect(await world.rows.linked('acme/app#3')).toContain('hedy@example.org');
    const [now, ...others] = answers();
    expect(others).toEqual([]);
    expect(now?.id).toBe(first?.id);
    expect(now?.body).toContain('1 contact added to `acme/app#3`.');
    await replayLast();
    expect(answers()).toEqual([now]);
    world.heard();
  });

  it('tells those who may read internal notes alone what everybody was refused', async () => {
    await world.answer('Gus on acme/app#3: @tieline contacts');
    const [refusal] = answers();
    await world.gitlab.setRole('gus', 'acme', 'planner');
    await world.settled();
    await replayLast();
    const [still, list, ...others] = answers();
    expect(others).toEqual([]);
    expect(still).toEqual(refusal);
    expect(list).toMatchObject({ internal: true, body: expect.stringContaining('acme/app#3') });
    world.heard();
  });
});

describe('notes that are no new comment of a person', () => {
  it('an edit that adds a command', async () => {
    const note = await world.gitlab.as('pia').comment('acme/app', 1, 'Hello');
    await world.changesNothing(async () => {
      await world.gitlab.as('pia').editNote(note?.id ?? 0, '@tieline add_contacts ada@example.com');
    });
    expect(world.heard()).toEqual([]);
  });

  it('a comment that was edited before it could be read again', async () => {
    await world.changesNothing(async () => {
      const hold = world.gitlab.faults.hold(/\/notes\/\d+$/);
      const note = await world.gitlab
        .as('pia')
        .comment('acme/app', 1, '@tieline add_contacts ada@example.com');
      await hold.arrived();
      await world.gitlab.as('olga').editNote(note?.id ?? 0, '@tieline add_contacts hedy@example.org');
      hold.release();
    });
    expect(world.heard()).toEqual([]);
  });

  it('a comment that is gone by then', async () => {
    await world.changesNothing(async () => {
      const hold = world.gitlab.faults.hold(/\/notes\/\d+$/);
      const note = await world.gitlab
        .as('pia')
        .comment('acme/app', 1, '@tieline add_contacts ada@example.com');
      await hold.arrived();
      await world.gitlab.as('pia').deleteNote(note?.id ?? 0);
      hold.release();
    });
    expect(world.heard()).toEqual([]);
  });

  it.each([
    ["the bot's own", 'tieline', ['Tieline on acme/app#1: (unmarked) @tieline add_contacts ada@example.com']],
    ["another bot's", 'pipeline', []],
  ])('%s', async (_, username, heard) => {
    await world.changesNothing(() =>
      world.gitlab.as(username).comment('acme/app', 1, '@tieline add_contacts ada@example.com'),
    );
    expect(world.heard()).toEqual(heard);
  });

  it('system notes, such as those of a close', async () => {
    await world.changesNothing(async () => {
      await world.gitlab.as('pia').closeIssue('acme/app', 6);
      await world.gitlab.as('pia').reopenIssue('acme/app', 6);
    });
    expect(world.heard()).toEqual([]);
  });

  it('a forged body: what the comment says is asked of GitLab', async () => {
    const note = await world.gitlab.as('gus').comment('acme/app', 1, 'Just looking');
    await world.settled();
    const { requestBody } = lastNoteHook();
    const forged = requestBody
      .replaceAll('Just looking', '@tieline add_contacts ada@example.com')
      .replaceAll('"username":"gus"', '"username":"olga"');
    expect(requestBody).toContain(String(note?.id));
    await world.changesNothing(async () => {
      expect((await send(forged, { 'idempotency-key': 'forged' })).status).toBe(204);
    });
    expect(world.heard()).toEqual([]);
  });
});

describe('a GitLab that takes quick actions out', () => {
  it('leaves nothing to handle of a comment that has nothing else, and the other spellings work', async () => {
    world.gitlab.switches.stripQuickActions = true;
    try {
      await world.changesNothing(async () => {
        const saved = await world.gitlab
          .as('pia')
          .comment('acme/app', 1, '/add_contacts [contact:ada@example.com]');
        expect(saved).toBeNull();
      });
      await world.plays(`
        Pia on acme/app#1: Hello
          /add_contacts [contact:ada@example.com]
        Pia on acme/app#1: @tieline add_contacts [contact:ada@example.com]
        Tieline on acme/app#1: 1 contact added to acme/app#1.
          - ada@example.com: added
      `);
    } finally {
      world.gitlab.switches.stripQuickActions = false;
    }
  });
});

describe('webhooks at the door', () => {
  const stored = async (): Promise<number> => (await world.rows.deliveries()).length;

  it.each([
    ['a wrong token', { 'x-gitlab-token': 'wrong' }, '/gitlab/webhooks'],
    ['an empty token', { 'x-gitlab-token': '' }, '/gitlab/webhooks'],
    [
      "a system hook's token on the other route",
      { 'x-gitlab-token': SYSTEM_HOOK_SECRET },
      '/gitlab/webhooks',
    ],
    ["a project hook's token on the system route", {}, '/gitlab/system-hooks'],
  ])('%s is refused and nothing is stored', async (_, headers, path) => {
    expect((await send('{"object_kind":"note"}', headers, path)).status).toBe(401);
    expect(await stored()).toBe(0);
  });

  it.each([
    ['half a JSON', '{"object_kind":'],
    ['nothing', ''],
    ['no UTF-8', '{"object_kind":"\ud800"}'.slice(0, 17)],
  ])('%s is a bad request and nothing is stored', async (_, body) => {
    expect((await send(body)).status).toBe(400);
    expect(await stored()).toBe(0);
  });

  it.each([
    ['a kind nobody knows', '{"object_kind":"teapot","object_attributes":{"id":1}}', 'teapot'],
    ['a push', '{"object_kind":"push","ref":"refs/heads/main"}', 'push'],
    ['a note of another shape', '{"object_kind":"note","object_attributes":{"id":"x"}}', 'note'],
    ['JSON that is no object', '[1,2,3]', 'unknown'],
    ['null', 'null', 'unknown'],
  ])('%s is kept and answered 2xx', async (_, body, kind) => {
    expect((await send(body)).status).toBe(204);
    await world.settled();
    expect(await world.rows.deliveries()).toMatchObject([{ source: 'gitlab', kind, state: 'done' }]);
  });
});

describe('Slack requests at the door', () => {
  it.each([
    ['without a signature', { signature: 'missing' }],
    ['with a wrong signature', { signature: 'bad' }],
    ['of six minutes ago', { timestampSkewSec: -360 }],
  ] as const)('%s are refused and change nothing', async (_, signing) => {
    await world.changesNothing(async () => {
      const outcome = await world.slack
        .as('U0DEV0001')
        .command('support', '/crm new contact Grace Hopper', signing);
      expect(outcome.status).toBe(401);
    });
    expect(world.heard()).toEqual([expect.stringContaining('/crm failed with the error')]);
  });
});
