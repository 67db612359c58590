import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { SignedRequest } from '../../src/sandbox/slack/delivery.ts';
import type { ShownView, SlackMessage } from '../../src/sandbox/slack/state.ts';
import { buttonNamed } from '../support/as-read.ts';
import { slackIdOf } from '../support/cast.ts';
import { SIGNING_SECRET } from '../support/platforms.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const dev = () => world.slack.as(slackIdOf('dev'));

async function opened(): Promise<ShownView> {
  await world.settled();
  const view = dev().view();
  if (!view) throw new Error('no form is open');
  return view;
}

async function lastMessage(line: string): Promise<SlackMessage> {
  await world.answer(line);
  const message = world.slack.messages().at(-1);
  if (!message) throw new Error('nothing was said');
  return message;
}

afterEach(() => {
  const people = world.slack.users().filter(({ isBot }) => !isBot);
  world.slack.setMembers(
    'sales',
    people.map(({ id }) => id),
  );
});

/** Each kind of request that Slack sends, made by a person; what comes of it is waited for. */
const KINDS: Record<string, () => Promise<unknown>> = {
  'a command': () => world.answer('Dev: /crm new contact Grace Hopper'),
  'a mention': () => world.answer('Dev in #sales: @tieline new contact Grace Hopper'),
  'a button': async () => {
    const message = await lastMessage('Dev: /crm show ada@example.com');
    const press = buttonNamed(message, 'Deactivate');
    await dev().click(message, press?.actionId ?? '');
  },
  'a form that is sent': async () => {
    await dev().command('C0SALES01', '/crm new contact');
    await dev().submit(await opened(), { first_name: 'Grace', last_name: 'Hopper' });
  },
  'a menu that looks things up': async () => {
    await dev().command('C0SALES01', '/crm edit');
    await dev().typeahead('find:customer', 'navy', await opened());
  },
  'a shortcut': () => dev().shortcut('new_contact'),
  'a shortcut on a message': async () => {
    const { message } = await dev().post('sales', 'Ask Grace Hopper, grace@example.com');
    await dev().messageShortcut('save_as_contact', message);
  },
  'a choice on the home tab': async () => {
    await dev().openHome();
    await world.settled();
    const home = dev().home();
    if (!home) throw new Error('no page');
    await dev().typeahead('find:customer', 'lovelace', home);
    await dev().select(home, 'find:customer', 'C1');
  },
  'a link that is posted': async () => {
    // A card is for who may see it, and Nina of another company reads along in #sales.
    world.slack.setMembers('sales', [slackIdOf('dev')]);
    await dev().post('sales', `${world.gitlab.url}/acme/app/-/issues/2`);
  },
  'a home tab that is opened': () =>
    world.slack.sendEvent({ type: 'app_home_opened', user: slackIdOf('dev'), channel: 'D0DEV', tab: 'home' }),
};

/** Makes a request of a kind; gives it as it went over the wire. */
async function made(kind: string): Promise<SignedRequest> {
  await KINDS[kind]?.();
  await world.settled();
  world.heard();
  const request = world.slack.lastRequest();
  if (!request) throw new Error('nothing was sent');
  return request;
}

/** The same body, signed by somebody at some time. */
function signedAgain(
  { body, headers }: SignedRequest,
  { secret = SIGNING_SECRET, skewSec = 0 }: { secret?: string; skewSec?: number },
): SignedRequest {
  const timestamp = String(Math.floor(Date.now() / 1000) + skewSec);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    body,
    headers: {
      ...headers,
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': `v0=${signature}`,
    },
  };
}

/** Everything that people could notice: messages, forms, home tabs. Reading who somebody is, they do not. */
const shown = (): number =>
  world.slack.requests().filter(({ method }) => /^(chat\.|views\.|response_url)/.test(method)).length;

/** Sends a request and fails if anybody could notice, or anything was changed by it. */
async function unnoticed(work: () => Promise<unknown>): Promise<void> {
  const before = shown();
  await world.changesNothing(work);
  await world.settled();
  expect(shown()).toBe(before);
  expect(world.heard()).toEqual([]);
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  it('sent again with the same body and signature, twice at once and once more, is answered once', async () => {
    const request = await made(kind);
    await unnoticed(async () => {
      const again = await Promise.all([world.slack.replay(request), world.slack.replay(request)]);
      again.push(await world.slack.replay(request));
      expect(again.map(({ status }) => status)).toEqual([200, 200, 200]);
    });
  });

  it('with a wrong signature, or stale or of the future by more than five minutes, is refused', async () => {
    const request = await made(kind);
    const spoiled: [string, SignedRequest][] = [
      ['by another secret', signedAgain(request, { secret: 'somebody else’s' })],
      ['stale', signedAgain(request, { skewSec: -302 })],
      ['of the future', signedAgain(request, { skewSec: 302 })],
      ['another body', { ...request, body: `${request.body} ` }],
    ];
    await unnoticed(async () => {
      for (const [why, bad] of spoiled) {
        expect([why, (await world.slack.replay(bad)).status]).toEqual([why, 401]);
      }
    });
  });

  it('a little early or late is taken', async () => {
    const request = await made(kind);
    for (const skewSec of [-290, 290]) {
      expect((await world.slack.replay(signedAgain(request, { skewSec }))).status).toBe(200);
    }
    await world.settled();
    world.heard();
  });
});
