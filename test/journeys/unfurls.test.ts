import { afterEach, describe, expect, it } from 'vitest';
import type { SlackMessage } from '../../src/sandbox/slack/state.ts';
import { type Name, slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const EVERYBODY: readonly Name[] = [
  'olga',
  'max',
  'dev',
  'rita',
  'pia',
  'gus',
  'nina',
  'sam',
  'kim',
  'bea',
  'erin',
];
const sitIn = (...names: readonly Name[]) => world.slack.setMembers('sales', names.map(slackIdOf));
afterEach(() => sitIn(...EVERYBODY));

const issueUrl = (reference: string): string => {
  const [project = '', iid = ''] = reference.split('#');
  return `${world.gitlab.url}/${project}/-/issues/${iid}`;
};
const customerUrl = (rest: string): string => `${world.tieline.url}/groups/${rest}`;

/** Cards under a message, by address, as the words that people read in them. */
function cardsOf(message: SlackMessage): Record<string, string[]> {
  const now = world.slack.messages().find(({ ts }) => ts === message.ts);
  return Object.fromEntries(
    Object.entries(now?.unfurls ?? {}).map(([url, card]) => [
      url,
      [...JSON.stringify(card).matchAll(/"text":"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1] ?? ''),
    ]),
  );
}

/** Posts addresses and waits; Slack itself tells the app of issue pages, the test of the others. */
async function post(who: Name, ...urls: string[]): Promise<Record<string, string[]>> {
  const { message } = await world.slack.as(slackIdOf(who)).post('sales', urls.join(' '));
  const links = urls.filter((url) => !url.includes('/-/issues/'));
  if (links.length > 0) {
    await world.slack.sendEvent({
      type: 'link_shared',
      user: message.author,
      channel: message.channel,
      message_ts: message.ts,
      source: 'conversations_history',
      unfurl_id: 'x',
      links: links.map((url) => ({ url, domain: new URL(url).hostname })),
    });
  }
  await world.settled();
  return cardsOf(message);
}

describe('a link to an issue', () => {
  it('gets a card with its contacts where everybody may see them', async () => {
    sitIn('olga', 'dev', 'pia');
    await world.plays(`
      Pia: /crm link acme/app#1 ada@example.com
      Tieline: 1 contact added to acme/app#1.
        - Ada Lovelace (ada@example.com): added
    `);
    const url = issueUrl('acme/app#1');
    const cards = await post('dev', url);
    expect(Object.keys(cards)).toEqual([url]);
    const words = cards[url]?.join(' ') ?? '';
    expect(words).toContain('acme/app#1');
    expect(words).toContain('Ada Lovelace');
    expect(words).toContain('1 contact');
  });

  it.each<[string, Name]>([
    ['one reader is a Guest', 'gus'],
    ['one reader is of another company', 'nina'],
    ['one reader has no GitLab account', 'erin'],
    ['one reader is blocked on GitLab', 'bea'],
    ['one reader has a role elsewhere only', 'sam'],
  ])('gets none where %s', async (_, name) => {
    sitIn('olga', 'dev', name);
    expect(await post('dev', issueUrl('acme/app#1'))).toEqual({});
  });

  it('gets none when the issue is confidential, whoever reads', async () => {
    sitIn('olga', 'max');
    expect(await post('olga', issueUrl('acme/app#4'))).toEqual({});
  });

  it('gets none when there is no such issue, no such GitLab, or GitLab is silent', async () => {
    sitIn('olga', 'dev');
    expect(await post('dev', issueUrl('acme/app#999'))).toEqual({});
    expect(await post('dev', 'https://gitlab.example.net/acme/app/-/issues/1')).toEqual({});
    world.gitlab.faults.respond({ path: /issues/, status: 503, times: 20 });
    expect(await post('dev', issueUrl('acme/app#1'))).toEqual({});
  });

  it('gets none among more than three, which are a list', async () => {
    sitIn('olga', 'dev');
    const urls = [1, 2, 3, 5].map((iid) => issueUrl(`acme/app#${iid}`));
    expect(await post('dev', ...urls)).toEqual({});
    expect(Object.keys(await post('dev', ...urls.slice(0, 2)))).toHaveLength(2);
  });

  it('gets none in the composer, before it is known who will read', async () => {
    const before = world.slack.requests().filter(({ method }) => method === 'chat.unfurl').length;
    await world.slack.sendEvent({
      type: 'link_shared',
      user: slackIdOf('olga'),
      channel: 'COMPOSER',
      message_ts: 'Uxyz-1',
      unfurl_id: 'Uxyz-1',
      source: 'composer',
      links: [{ url: issueUrl('acme/app#1'), domain: 'localhost' }],
    });
    await world.settled();
    expect(world.slack.requests().filter(({ method }) => method === 'chat.unfurl')).toHaveLength(before);
  });
});

describe('a link to a contact or an organization', () => {
  it('gets its card where everybody may see it', async () => {
    sitIn('olga', 'rita', 'pia');
    const contact = customerUrl('acme/-/contacts/C1');
    const organization = customerUrl('acme/-/organizations/O1');
    const cards = await post('rita', contact, organization);
    expect(cards[contact]?.[0]).toBe('Ada Lovelace');
    expect(cards[contact]?.join(' ')).toContain('ada@example.com');
    expect(cards[organization]?.[0]).toBe('Navy');
  });

  it.each([
    ['of another company', 'globex/-/contacts/C25'],
    ['that is not there', 'acme/-/contacts/C999999'],
    ['that is in another group than the link says', 'globex/-/contacts/C1'],
    ['in a group that is not there', 'nowhere/-/contacts/C1'],
    ['with something else for a number', 'acme/-/contacts/ada@example.com'],
  ])('%s gets none', async (_, rest) => {
    sitIn('olga', 'pia');
    expect(await post('olga', customerUrl(rest))).toEqual({});
  });

  it('tells a browser nothing of the contact', async () => {
    const there = await (await fetch(customerUrl('acme/-/contacts/C1'))).text();
    const nowhere = await (await fetch(customerUrl('acme/-/contacts/C999999'))).text();
    expect(there).toContain('/crm show C1 group=acme');
    expect(there).not.toContain('Ada');
    expect(nowhere.replaceAll('C999999', 'C1')).toBe(there);
    expect((await fetch(customerUrl('acme'))).status).toBe(404);
  });
});

describe('a card that Slack does not take at once', () => {
  const busy = { retryAfterSec: 1 };
  it.each<[string, () => void]>([
    ['Slack asks to wait with it', () => world.slack.rateLimit('chat.unfurl', busy)],
    ['Slack breaks', () => world.slack.fail('chat.unfurl', { status: 503 })],
    ['Slack names a fault of its own', () => world.slack.fail('chat.unfurl', { error: 'internal_error' })],
    ['the answer is lost', () => world.slack.dropResponse('chat.unfurl')],
    ['Slack does not say who reads along', () => world.slack.rateLimit('conversations.members', busy)],
  ])('comes all the same when %s', async (_, misbehave) => {
    sitIn('olga', 'dev');
    misbehave();
    const url = issueUrl('acme/app#2');
    expect(Object.keys(await post('dev', url))).toEqual([url]);
  });

  it('is not tried again when Slack says no', async () => {
    sitIn('olga', 'dev');
    world.slack.fail('chat.unfurl', { error: 'cannot_unfurl_url' });
    expect(await post('dev', issueUrl('acme/app#2'))).toEqual({});
  });

  it('stays away when somebody who may not see it has joined meanwhile', async () => {
    sitIn('olga', 'dev');
    world.slack.rateLimit('chat.unfurl', busy);
    const tried = () => world.slack.requests().filter(({ method }) => method === 'chat.unfurl').length;
    const before = tried();
    const { message } = await world.slack.as(slackIdOf('dev')).post('sales', issueUrl('acme/app#2'));
    await expect.poll(tried).toBe(before + 1);
    sitIn('olga', 'dev', 'gus');
    await world.settled();
    expect(cardsOf(message)).toEqual({});
    expect(tried()).toBe(before + 1);
  });
});

describe('a mention in a thread', () => {
  it('takes the same commands, and answers there', async () => {
    const dev = world.slack.as(slackIdOf('dev'));
    const { message } = await dev.post('support', 'Who is behind this?');
    await dev.post('support', 'Let me see', { threadTs: message.ts });
    await dev.post('support', '@Tieline find lovelace', { threadTs: message.ts });
    await world.settled();
    const [answer] = world.heard();
    expect(answer).toMatch(/^Tieline to dev in #support in a thread: .*lovelace/i);
    expect(answer).toContain('Ada Lovelace');
  });

  it('tells a person without an account how to connect one, in the thread', async () => {
    const erin = world.slack.as(slackIdOf('erin'));
    const { message } = await erin.post('support', 'Hello');
    await erin.post('support', 'Anybody?', { threadTs: message.ts });
    await erin.post('support', '@Tieline show C1', { threadTs: message.ts });
    await world.settled();
    expect(world.heard().join('\n')).toContain(
      'in a thread: Warning: I do not know which GitLab account is yours.',
    );
  });
});
