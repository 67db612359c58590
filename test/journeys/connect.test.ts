import { describe, expect, it } from 'vitest';
import { slackIdOf, TEST_WORLD } from '../support/cast.ts';
import { linkFor, signIn, visit } from '../support/connect.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const ERIN = slackIdOf('erin');

const linkOf = async (name: 'erin' | 'pia' | 'dev'): Promise<string> => {
  await world.answer(`${name.charAt(0).toUpperCase()}${name.slice(1)}: /crm connect`);
  return linkFor(world, slackIdOf(name));
};
const keyIn = (html: string): string => /name="key" value="([^"]+)"/.exec(html)?.[1] ?? '';
const confirmAt = (back: string): string => new URL('confirm', back).href;
const identities = () =>
  world.db.database.prisma.identity.findMany({
    select: { slackUserId: true, gitlabUserId: true, method: true },
  });

describe('connecting a GitLab account', () => {
  it('is offered to who has none, and lets them act with its rights', async () => {
    await world.plays(`
      Erin: /crm show C1
      Tieline: Warning: I do not know which GitLab account is yours.
        Your rights come from GitLab, so I need to know who you are there.
        Connect your account with /crm connect: it takes a minute, once.
        [Connect GitLab]

      Erin presses: Connect GitLab
      Tieline edits: Connect your GitLab account.
        Sign in to GitLab and come back here.
        The link is for you alone: it works once, for 10 minutes. Only which account is yours is kept.
    `);
    const back = await signIn(linkFor(world, ERIN), 'kim');
    const question = await visit(back);
    expect(question.text).toBe(
      'Are both accounts yours? Slack Erin Eriksen (@erin) ' +
        `GitLab Kim Kovacs (@kim) on ${new URL(world.gitlab.url).host} ` +
        'Whoever uses the Slack account will see and change customers with the rights of kim. ' +
        'If you got this link from somebody else, choose “No”. Yes, connect them No',
    );
    expect(await identities()).toEqual([]);
    const done = await visit(confirmAt(back), { key: keyIn(question.html), answer: 'yes' });
    expect(done.text).toMatch(
      /^Your accounts are connected Slack Erin Eriksen .* \/crm disconnect undoes it\.$/,
    );
    await world.settled();
    expect(world.heard()).toEqual([
      'Tieline in person: On GitLab you are kim now.\nIf that was not you, undo it with /crm disconnect. /crm whoami shows what you may do.',
    ]);
    expect(await identities()).toEqual([{ slackUserId: ERIN, gitlabUserId: 22n, method: 'oauth' }]);
    await world.plays(`
      Erin: /crm whoami group=acme
      Tieline: On GitLab you are Kim Kovacs (kim).
        You connected that account yourself.
        In acme you are Planner: you may view contacts.

      Erin: /crm disconnect
      Tieline: Your GitLab account is disconnected.
        Connect one with /crm connect.

      Erin: /crm disconnect
      Tieline: No GitLab account was connected.
        Connect one with /crm connect.
    `);
  });

  it('asks nothing more where both accounts have the same confirmed address', async () => {
    const done = await visit(await signIn(await linkOf('pia'), 'pia'));
    expect(done.text).toContain('Your accounts are connected');
    await world.settled();
    expect(world.heard()).toHaveLength(1);
    await world.plays(`
      Pia: /crm disconnect
      Tieline: Your GitLab account is disconnected.
        Your e-mail address, which is confirmed on GitLab, still leads to pia: I go by that now.
    `);
  });

  it('takes the notices in person along to another account, and ends what went by the tie with it', async () => {
    const { subscription } = world.db.database.prisma;
    const group = await world.db.database.prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
    const channels = [ERIN, 'C0SALES01'];
    await subscription.createMany({
      data: channels.map((channelId) => ({
        crmGroupId: group.id,
        teamId: TEST_WORLD.slack.teamId,
        channelId,
        kinds: [],
        createdBy: ERIN,
        gitlabUserId: 999n,
      })),
    });
    const readers = async () =>
      (await subscription.findMany({ orderBy: { channelId: 'desc' } })).map((row) => [
        row.channelId,
        row.gitlabUserId,
        row.disabledReason,
      ]);
    const back = await signIn(await linkOf('erin'), 'kim');
    await visit(confirmAt(back), { key: keyIn((await visit(back)).html), answer: 'yes' });
    await world.settled();
    world.heard();
    expect(await readers()).toEqual([
      [ERIN, 22n, null],
      ['C0SALES01', 999n, null],
    ]);
    await world.plays(`
      Erin: /crm disconnect
      Tieline: Your GitLab account is disconnected.
        Connect one with /crm connect.
        Your notices in person have ended; turn them on again on the home tab.
        What you had turned on for a channel has ended too, and was said there.

      Tieline in #sales: Warning: Notices of acme have ended here.
        Whoever turned them on disconnected their GitLab account.
        Whoever may see them can turn them on again with /crm notify on
    `);
    expect(await readers()).toEqual([
      [ERIN, null, 'you disconnected your GitLab account'],
      ['C0SALES01', null, 'whoever turned them on disconnected their GitLab account'],
    ]);
    await expect(subscription.updateMany({ data: { disabledAt: null } })).rejects.toThrow(
      'subscriptions_vouched',
    );
    expect(await world.answer('Dev: /crm new contact Homer Simpson')).not.toContain('in #sales');
    expect(await world.answer('Pia in #sales: /crm notify')).toContain(
      'turned off: whoever turned them on disconnected their GitLab account',
    );
    await world.answer('Pia in #sales: /crm notify on acme');
    expect(await world.answer('Dev: /crm new contact Lisa Simpson')).toContain(
      'in #sales: Dev Devani created',
    );
  });

  it('keeps neither a token nor the words of the state, and gives GitLab its token back', async () => {
    const link = await linkOf('dev');
    const state = new URL(link).searchParams.get('state') ?? '';
    await visit(await signIn(link, 'dev'));
    await world.settled();
    world.heard();
    const tokens = world.gitlab
      .state()
      .tokens.filter(({ userId, scopes }) => userId === 4 && scopes.includes('read_user'));
    expect(tokens.length).toBeGreaterThan(0);
    expect(tokens.every(({ revoked }) => revoked)).toBe(true);
    const dump = JSON.stringify(
      await world.db.database.prisma.$queryRaw`
      SELECT encode(key_hash, 'base64') AS key, code_verifier FROM connect_attempts`,
    );
    expect(dump).not.toContain(state);
    const rows = JSON.stringify(await identities(), (_, value) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    for (const { token } of tokens) expect(rows).not.toContain(token);
  });
});

describe('a link', () => {
  it('works once: a second return connects nothing', async () => {
    const link = await linkOf('erin');
    const back = await signIn(link, 'gus');
    expect((await visit(back)).text).toContain('Are both accounts yours?');
    for (const again of [back, link]) {
      const page = await visit(again);
      expect(page.status).toBe(410);
      expect(page.text).toContain('This link does not work any more');
    }
    expect(await identities()).toEqual([]);
  });

  it('works once even for two returns at one moment', async () => {
    const back = await signIn(await linkOf('erin'), 'gus');
    const both = await Promise.all([visit(back), visit(back)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 410]);
  });

  it('runs out after ten minutes, and so does the question that follows it', async () => {
    const link = await linkOf('erin');
    const back = await signIn(link, 'gus');
    const question = await visit(await signIn(await linkOf('erin'), 'gus'));
    await world.db.database.prisma
      .$executeRaw`UPDATE connect_attempts SET expires_at = expires_at - interval '10 minutes'`;
    expect((await visit(link)).status).toBe(410);
    expect((await visit(back)).status).toBe(410);
    const late = await visit(confirmAt(back), { key: keyIn(question.html), answer: 'yes' });
    expect(late.status).toBe(410);
    expect(await identities()).toEqual([]);
  });

  it('belongs to whom it was given: who signs in with it connects that Slack account, and is asked first', async () => {
    const back = await signIn(await linkOf('erin'), 'olga');
    const question = await visit(back);
    expect(question.text).toContain('Slack Erin Eriksen (@erin)');
    const declined = await visit(confirmAt(back), { key: keyIn(question.html), answer: 'no' });
    expect(declined.text).toContain('Nothing was connected');
    const after = await visit(confirmAt(back), { key: keyIn(question.html), answer: 'yes' });
    expect(after.status).toBe(410);
    expect(await identities()).toEqual([]);
  });

  it.each([
    ['made up', '/connect?state=made-up'],
    ['without a state', '/connect'],
    ['back from nowhere', '/connect/callback?state=made-up&code=x'],
    ['back with nothing', '/connect/callback'],
    ['with a state of a megabyte', `/connect?state=${'x'.repeat(10_000)}`],
  ])('%s leads nowhere', async (_, path) => {
    const page = await visit(world.tieline.url + path);
    expect(page.status).toBe(410);
    expect(page.location).toBeNull();
  });

  it('leads to GitLab with a challenge that only its owner can meet', async () => {
    const { location } = await visit(await linkOf('erin'));
    const asked = new URL(location ?? '');
    expect(asked.origin).toBe(world.gitlab.url);
    expect(Object.fromEntries(asked.searchParams)).toMatchObject({
      response_type: 'code',
      scope: 'read_user',
      redirect_uri: `${world.tieline.url}/connect/callback`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
  });
});

describe('what goes wrong on the way', () => {
  it('somebody says no on GitLab', async () => {
    const { location } = await visit(await linkOf('erin'));
    const { location: back } = await visit(location ?? '', { deny: '1' });
    expect((await visit(back ?? '')).text).toContain('Nothing was connected');
  });

  it('the code is not GitLab’s', async () => {
    const back = new URL(await signIn(await linkOf('erin'), 'gus'));
    back.searchParams.set('code', 'forged');
    const page = await visit(back.href);
    expect(page.status).toBe(400);
    expect(page.text).toContain('GitLab did not confirm the sign-in');
    expect(await identities()).toEqual([]);
  });

  it.each([
    ['does not answer about the code', /oauth\/token/, 503],
    ['does not answer about the person', /api\/v4\/user/, 500],
  ])('GitLab %s', async (_, path, status) => {
    const back = await signIn(await linkOf('erin'), 'gus');
    world.gitlab.faults.respond({ path, status });
    const page = await visit(back);
    expect(page.status).toBe(503);
    expect(page.text).toContain('Nothing was connected');
    expect(await identities()).toEqual([]);
  });

  it('the account is blocked between the sign-in and the word of the person', async () => {
    const back = await signIn(await linkOf('erin'), 'gus');
    const question = await visit(back);
    await world.gitlab.block('gus');
    await world.gitlab.setRole('gus', 'acme/support', 'guest');
    await world.settled();
    try {
      const page = await visit(confirmAt(back), { key: keyIn(question.html), answer: 'yes' });
      expect(page.status).toBe(403);
      expect(page.text).toContain('It is blocked on GitLab');
      expect(await identities()).toEqual([]);
    } finally {
      await world.gitlab.unblock('gus');
      await world.gitlab.setRole('gus', 'acme/support', null);
      await world.settled();
    }
  });

  it('pages let nobody frame them, and keep their address to themselves', async () => {
    const response = await fetch(`${world.tieline.url}/connect?state=x`, { redirect: 'manual' });
    expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('cache-control')).toBe('no-store');
  });
});
