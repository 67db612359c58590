import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  callApi,
  type Json,
  modalOf,
  plain,
  type Received,
  SECRET,
  START_MS,
  sectionOf,
  startWorkspace,
} from './workspace-under-test.ts';

/** What the app's own check would compute, written here from Slack's description. */
function expectedSignature({ headers, raw }: Received): string {
  const base = ['v0', headers['x-slack-request-timestamp'], raw].join(':');
  return `v0=${createHmac('sha256', SECRET).update(base).digest('hex')}`;
}

const button = (actionId: string, value: string): Json => ({
  type: 'button',
  action_id: actionId,
  value,
  text: plain(value),
});
const field = (blockId: string, element: Json, more: Json = {}): Json => ({
  type: 'input',
  block_id: blockId,
  label: plain(blockId),
  element: { action_id: blockId, ...element },
  ...more,
});

describe('a slash command', () => {
  test('is a signed form with the fields that Slack sends', async () => {
    const { slack, app } = await startWorkspace();
    await slack.as('U0DEV').command('support', '/crm find ada@x.org & co');
    const [received] = app.received as [Received];
    expect(received.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(received.headers['x-slack-request-timestamp']).toBe(String(START_MS / 1000));
    expect(received.headers['x-slack-signature']).toBe(expectedSignature(received));
    expect(received.fields).toEqual({
      token: expect.any(String),
      team_id: 'T0ACME',
      team_domain: 'acme',
      channel_id: 'C0SUPPORT',
      channel_name: 'support',
      user_id: 'U0DEV',
      user_name: 'dev',
      command: '/crm',
      text: 'find <mailto:ada@x.org|ada@x.org> &amp; co',
      api_app_id: 'A0APP',
      is_enterprise_install: 'false',
      response_url: expect.stringMatching(`^${slack.url}/response/`),
      trigger_id: expect.any(String),
    });
  });

  test('can be sent with a bad signature, none, or one of another time', async () => {
    const { slack, app } = await startWorkspace();
    const dev = slack.as('U0DEV');
    await dev.command('support', '/crm', { signature: 'bad' });
    await dev.command('support', '/crm', { signature: 'missing' });
    await dev.command('support', '/crm', { timestampSkewSec: -301 });
    const [bad, missing, stale] = app.received as [Received, Received, Received];
    expect(bad.headers['x-slack-signature']).not.toBe(expectedSignature(bad));
    expect(missing.headers['x-slack-signature']).toBeUndefined();
    expect(stale.headers['x-slack-signature']).toBe(expectedSignature(stale));
    expect(Number(stale.headers['x-slack-request-timestamp'])).toBe(START_MS / 1000 - 301);
  });

  test('can be replayed to the byte', async () => {
    const { slack, app } = await startWorkspace();
    await slack.as('U0DEV').command('support', '/crm help');
    await slack.replay();
    const [first, second] = app.received as [Received, Received];
    expect(second.raw).toBe(first.raw);
    expect(second.headers['x-slack-signature']).toBe(first.headers['x-slack-signature']);
  });

  test('shows an answer of plain text to the person alone', async () => {
    const { slack, app } = await startWorkspace();
    app.reply = () => ({ text: 'Just for you' });
    const outcome = await slack.as('U0DEV').command('support', '/crm');
    expect(outcome).toMatchObject({
      status: 200,
      body: 'Just for you',
      error: null,
      ackMs: expect.any(Number),
    });
    expect(slack.messages()).toMatchObject([
      { via: 'command_ack', visibility: 'ephemeral', user: 'U0DEV', author: 'U0BOT', text: 'Just for you' },
    ]);
  });

  test('shows an in_channel answer to all, also where the bot is not a member', async () => {
    const { slack, app } = await startWorkspace();
    app.reply = () => ({ json: { response_type: 'in_channel', text: 'All', blocks: [sectionOf('All')] } });
    await slack.as('U0DEV').command('sales', '/crm --public');
    expect(slack.messages()).toMatchObject([
      { channel: 'C0SALES', visibility: 'public', user: null, text: 'All' },
    ]);
    expect(slack.violations()).toEqual([]);
  });

  test('shows nothing for an empty answer', async () => {
    const { slack } = await startWorkspace();
    await slack.as('U0DEV').command('support', '/crm');
    expect(slack.messages()).toEqual([]);
  });

  test('that is not answered in time fails with operation_timeout', async () => {
    const { slack, app } = await startWorkspace({ ackTimeoutMs: 40 });
    app.reply = () => ({ after: new Promise(() => undefined) });
    const outcome = await slack.as('U0DEV').command('support', '/crm');
    expect(outcome).toMatchObject({ status: null, error: 'operation_timeout' });
    expect(slack.messages()).toMatchObject([
      { via: 'slack_error', user: 'U0DEV', text: '/crm failed with the error "operation_timeout"' },
    ]);
  });

  test.each([404, 500, 302])('that is answered %i fails with dispatch_failed', async (status) => {
    const { slack, app } = await startWorkspace();
    app.reply = () => ({ status });
    expect(await slack.as('U0DEV').command('support', '/crm')).toMatchObject({
      status,
      error: 'dispatch_failed',
    });
    expect(slack.messages()).toMatchObject([{ text: '/crm failed with the error "dispatch_failed"' }]);
  });

  test('that is answered with bad blocks fails, and the harness sees why', async () => {
    const { slack, app } = await startWorkspace();
    app.reply = () => ({ json: { text: 'a', blocks: [sectionOf('')] } });
    await slack.as('U0DEV').command('support', '/crm');
    expect(slack.messages()).toMatchObject([{ text: '/crm failed with the error "invalid_blocks"' }]);
    expect(slack.violations()).toMatchObject([{ via: 'command_ack', path: '/blocks/0/text/text' }]);
  });

  test('that does not exist never reaches the app', async () => {
    const { slack, app } = await startWorkspace();
    await slack.as('U0DEV').command('support', '/crn find');
    expect(app.received).toEqual([]);
    expect(slack.messages()).toMatchObject([{ text: '/crn is not a valid command.' }]);
  });
});

describe('a click', () => {
  test('on a public message carries the message, on an ephemeral one it does not', async () => {
    const { slack, app } = await startWorkspace();
    const blocks = [
      { type: 'actions', block_id: 'row', elements: [button('share', 'a'), { ...button('share2', 'b') }] },
    ];
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'm', blocks });
    await callApi(slack, 'chat.postEphemeral', { channel: 'C0SUPPORT', user: 'U0DEV', text: 'e', blocks });
    for (const message of slack.messages()) await slack.as('U0DEV').click(message, 'share2');
    const [open, hidden] = app.received.map(({ payload }) => payload) as [Json, Json];
    expect(open).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0DEV', username: 'dev' },
      channel: { id: 'C0SUPPORT', name: 'support' },
      message: { text: 'm', bot_id: 'B0BOT' },
      container: { type: 'message', is_ephemeral: false },
      actions: [
        { type: 'button', action_id: 'share2', block_id: 'row', value: 'b', action_ts: expect.any(String) },
      ],
    });
    expect(hidden['message']).toBeUndefined();
    expect(hidden).toMatchObject({ container: { is_ephemeral: true }, response_url: expect.any(String) });
    expect(app.received.map(({ headers }) => headers['x-slack-signature'])).toEqual(
      app.received.map(expectedSignature),
    );
  });

  test("on what somebody else alone can see, or on nothing, is the test author's mistake", async () => {
    const { slack } = await startWorkspace();
    await callApi(slack, 'chat.postEphemeral', { channel: 'C0SUPPORT', user: 'U0DEV', text: 'e' });
    const [message] = slack.messages();
    if (!message) throw new Error('nothing was posted');
    expect(() => slack.as('U0OLGA').click(message, 'x')).toThrow('cannot see');
    expect(() => slack.as('U0DEV').click(message, 'x')).toThrow('there is no x here');
  });

  test('that is not answered tells the person', async () => {
    const { slack, app } = await startWorkspace();
    app.reply = () => ({ status: 500 });
    const blocks = [{ type: 'actions', elements: [button('go', 'a')] }];
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'm', blocks });
    const [message] = slack.messages();
    if (!message) throw new Error('nothing was posted');
    expect(await slack.as('U0DEV').click(message, 'go')).toMatchObject({ error: 'dispatch_failed' });
    expect(slack.messages().at(-1)).toMatchObject({ via: 'slack_error', user: 'U0DEV' });
  });

  test('in an overflow menu chooses by label', async () => {
    const { slack, app } = await startWorkspace();
    const options = [
      { text: plain('Edit'), value: 'edit:1' },
      { text: plain('Delete'), value: 'delete:1' },
    ];
    const blocks = [{ ...sectionOf('row'), accessory: { type: 'overflow', action_id: 'more', options } }];
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'm', blocks });
    const [message] = slack.messages();
    if (!message) throw new Error('nothing was posted');
    await slack.as('U0DEV').select(message, 'more', 'Delete');
    expect(app.received[0]?.payload['actions']).toMatchObject([
      { type: 'overflow', selected_option: { value: 'delete:1' } },
    ]);
    await expect(async () => slack.as('U0DEV').select(message, 'more', 'Fly')).rejects.toThrow(
      'offers no option',
    );
  });
});

describe('a form', () => {
  const form = modalOf(
    [
      field('name', { type: 'plain_text_input', max_length: 9 }),
      field('mail', { type: 'email_text_input' }, { optional: true }),
      field('org', { type: 'external_select', min_query_length: 2 }, { optional: true }),
      field('state', {
        type: 'static_select',
        options: [
          { text: plain('Active'), value: 'a' },
          { text: plain('Inactive'), value: 'i' },
        ],
        initial_option: { text: plain('Active'), value: 'a' },
      }),
    ],
    { private_metadata: '{"id":1}', notify_on_close: true },
  );

  async function opened() {
    const around = await startWorkspace();
    const { slack, app } = around;
    await slack.as('U0DEV').shortcut('new_contact');
    await callApi(slack, 'views.open', { trigger_id: app.received[0]?.payload['trigger_id'], view: form });
    const view = await slack.waitForView('U0DEV');
    return { ...around, view, dev: slack.as('U0DEV') };
  }

  test('sends what was entered under block and action, first choices included', async () => {
    const { app, dev, view } = await opened();
    await dev.submit(view, { name: 'Ada', mail: 'ada@x.org' });
    expect(app.received.at(-1)?.payload).toMatchObject({
      type: 'view_submission',
      trigger_id: expect.any(String),
      view: {
        private_metadata: '{"id":1}',
        callback_id: 'contact',
        state: {
          values: {
            name: { name: { type: 'plain_text_input', value: 'Ada' } },
            mail: { mail: { type: 'email_text_input', value: 'ada@x.org' } },
            org: { org: { type: 'external_select', selected_option: null } },
            state: { state: { type: 'static_select', selected_option: { value: 'a' } } },
          },
        },
      },
    });
    expect(dev.view()).toBeUndefined();
  });

  test.each([
    ['a required field left empty', {}, 'name', 'Please complete this required field.'],
    [
      'an e-mail address that is none',
      { name: 'Ada', mail: 'ada' },
      'mail',
      'Please enter a valid email address.',
    ],
    ['a text that is too long', { name: 'Ada Lovelace' }, 'name', 'Please enter no more than 9 characters.'],
  ])('is kept back by Slack itself for %s', async (_says, values, block, message) => {
    const { app, dev, view } = await opened();
    const before = app.received.length;
    expect(await dev.submit(view, values)).toMatchObject({ status: null, errors: { [block]: message } });
    expect(app.received).toHaveLength(before);
    await dev.submit(view, values, { unchecked: true });
    expect(app.received).toHaveLength(before + 1);
  });

  test('shows the errors that the app names, and stays open', async () => {
    const { slack, app, dev, view } = await opened();
    app.reply = () => ({ json: { response_action: 'errors', errors: { name: 'Taken' } } });
    expect(await dev.submit(view, { name: 'Ada' })).toMatchObject({ errors: { name: 'Taken' } });
    expect(dev.view()).toMatchObject({ id: view.id, errors: { name: 'Taken' }, failure: null });
    expect(slack.violations()).toEqual([]);
  });

  test('whose errors name no input block is a fault of the app', async () => {
    const { slack, app, dev, view } = await opened();
    app.reply = () => ({ json: { response_action: 'errors', errors: { nowhere: 'Taken' } } });
    await dev.submit(view, { name: 'Ada' });
    expect(slack.violations()).toMatchObject([{ via: 'view_ack', path: '/errors/nowhere' }]);
    expect(dev.view()?.failure).toMatch('trouble');
  });

  test('is updated, pushed over and cleared as the answer says', async () => {
    const { slack, app, dev, view } = await opened();
    app.reply = () => ({ json: { response_action: 'update', view: modalOf([sectionOf('Sure?')]) } });
    await dev.submit(view, { name: 'Ada' });
    expect(dev.view()).toMatchObject({ id: view.id, blocks: [sectionOf('Sure?')] });
    app.reply = () => ({ json: { response_action: 'push', view: modalOf([sectionOf('More')]) } });
    await dev.submit(view);
    expect(slack.views('U0DEV')).toHaveLength(2);
    app.reply = () => ({ json: { response_action: 'clear' } });
    const top = dev.view();
    if (top) await dev.submit(top);
    expect(slack.views('U0DEV')).toEqual([]);
  });

  test('that is not taken says so and keeps what was typed', async () => {
    const { app, dev, view } = await opened();
    app.reply = () => ({ status: 500 });
    expect(await dev.submit(view, { name: 'Ada' })).toMatchObject({ error: 'dispatch_failed' });
    expect(dev.view()).toMatchObject({ failure: expect.stringContaining('trouble connecting') });
    expect(dev.view()?.state.values['name']?.['name']?.['value']).toBe('Ada');
  });

  test('keeps choices in it to itself until it is sent', async () => {
    const { app, dev, view } = await opened();
    const before = app.received.length;
    await dev.select(view, 'state', 'Inactive');
    expect(app.received).toHaveLength(before);
    await dev.submit(view, { name: 'Ada' });
    expect(app.received.at(-1)?.payload).toMatchObject({
      view: { state: { values: { state: { state: { selected_option: { value: 'i' } } } } } },
    });
  });

  test('tells the app when it is closed, if it asked to know', async () => {
    const { slack, app, dev, view } = await opened();
    await dev.closeView(view);
    expect(app.received.at(-1)?.payload).toMatchObject({
      type: 'view_closed',
      is_cleared: false,
      view: { id: view.id },
    });
    expect(slack.views('U0DEV')).toEqual([]);
  });

  test('loads options as one types, from the least length on, and lets one of them be chosen', async () => {
    const { app, dev, view } = await opened();
    const before = app.received.length;
    expect(await dev.typeahead('org', 'n')).toBeNull();
    expect(app.received).toHaveLength(before);
    app.reply = () => ({ json: { options: [{ text: plain('Navy'), value: 'O1' }] } });
    expect(await dev.typeahead('org', 'na')).toEqual([{ text: plain('Navy'), value: 'O1' }]);
    expect(app.received.at(-1)?.payload).toMatchObject({
      type: 'block_suggestion',
      action_id: 'org',
      block_id: 'org',
      value: 'na',
      container: { type: 'view', view_id: view.id },
      view: { callback_id: 'contact' },
    });
    app.reply = () => ({});
    await dev.submit(view, { name: 'Grace', org: 'Navy' });
    expect(app.received.at(-1)?.payload).toMatchObject({
      view: { state: { values: { org: { org: { selected_option: { value: 'O1' } } } } } },
    });
  });

  test('takes no options that break a limit', async () => {
    const { slack, app, dev } = await opened();
    app.reply = () => ({ json: { options: [{ text: plain('x'.repeat(76)), value: 'O1' }] } });
    expect(await dev.typeahead('org', 'xx')).toEqual([]);
    expect(slack.violations()).toMatchObject([{ via: 'options_ack', path: '/options/0/text/text' }]);
  });
});

describe('what a person says', () => {
  test('reaches the app as message, mention and shared link, once each', async () => {
    const { slack, app } = await startWorkspace();
    const said = 'Look @tieline: https://gitlab.example/acme/app/-/issues/1, and https://example.org/x';
    const { message, outcomes } = await slack.as('U0DEV').post('support', said);
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200]);
    const events = app.received.map(({ fields }) => fields['event'] as Json);
    expect(events.map(({ type }) => type).sort()).toEqual(['app_mention', 'link_shared', 'message']);
    expect(events.find(({ type }) => type === 'link_shared')).toMatchObject({
      message_ts: message.ts,
      links: [{ url: 'https://gitlab.example/acme/app/-/issues/1', domain: 'gitlab.example' }],
    });
    expect(message.text).toContain('<@U0BOT>: <https://gitlab.example/acme/app/-/issues/1>, and');
    expect(new Set(app.received.map(({ fields }) => fields['event_id'])).size).toBe(3);
    expect(app.received.map(({ headers }) => headers['x-slack-signature'])).toEqual(
      app.received.map(expectedSignature),
    );
  });

  test('is not heard by a bot that is not in the channel, nor without a subscription', async () => {
    const { slack, app } = await startWorkspace({ subscribedEvents: ['app_home_opened'] });
    await slack.as('U0DEV').post('sales', 'hello @tieline');
    await slack.as('U0DEV').post('support', 'hello @tieline');
    expect(app.received).toEqual([]);
    await slack.as('U0DEV').openHome();
    expect(app.received[0]?.fields['event']).toMatchObject({
      type: 'app_home_opened',
      tab: 'home',
      user: 'U0DEV',
    });
  });

  test('is told again when the app fails, with the retry counted, until it takes it', async () => {
    const { slack, app } = await startWorkspace({
      eventRetryDelaysMs: [0, 0, 0],
      subscribedEvents: ['message.channels'],
    });
    app.reply = () => ({ status: app.received.length < 3 ? 500 : 200 });
    await slack.as('U0DEV').post('support', 'hello');
    await slack.waitFor(() => (slack.interactions().length === 3 ? true : undefined));
    const [first, second, third] = app.received as [Received, Received, Received];
    expect(first.headers['x-slack-retry-num']).toBeUndefined();
    expect(second.headers).toMatchObject({ 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_error' });
    expect(third.headers['x-slack-retry-num']).toBe('2');
    expect(third.fields['event_id']).toBe(first.fields['event_id']);
  });

  test('is not told again when the app asks for that', async () => {
    const { slack, app } = await startWorkspace({
      eventRetryDelaysMs: [0],
      subscribedEvents: ['message.channels'],
    });
    app.reply = () => ({ status: 500, headers: { 'x-slack-no-retry': '1' } });
    await slack.as('U0DEV').post('support', 'hello');
    await slack.as('U0DEV').post('support', 'hello');
    await slack.idle();
    expect(app.received).toHaveLength(2);
  });

  test('can be unfurled', async () => {
    const { slack } = await startWorkspace();
    const address = 'https://gitlab.example/acme/app/-/issues/1';
    const { message } = await slack.as('U0DEV').post('support', address);
    const unfurl = (blocks: Json[]): Promise<Json> =>
      callApi(slack, 'chat.unfurl', {
        channel: 'C0SUPPORT',
        ts: message.ts,
        unfurls: { [address]: { blocks } },
      });
    expect(await unfurl([sectionOf('')])).toMatchObject({ error: 'cannot_parse_attachment' });
    expect(await unfurl([sectionOf('An issue')])).toMatchObject({ ok: true });
    expect(slack.messages()).toMatchObject([{ unfurls: { [address]: { blocks: [sectionOf('An issue')] } } }]);
  });

  test('has buttons on the cards of its links', async () => {
    const { slack, app } = await startWorkspace();
    const address = 'https://gitlab.example/acme/app/-/issues/1';
    const { message } = await slack.as('U0DEV').post('support', address);
    const text = { type: 'plain_text', text: 'Contacts' };
    const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'crm:0', text }] }];
    const unfurls = { [address]: { blocks } };
    await callApi(slack, 'chat.unfurl', { channel: 'C0SUPPORT', ts: message.ts, unfurls });
    await slack.as('U0DEV').click(message, 'crm:0');
    expect(app.received.at(-1)?.payload).toMatchObject({
      container: { type: 'message_attachment', is_app_unfurl: true, app_unfurl_url: address },
      actions: [{ action_id: 'crm:0' }],
    });
  });
});

describe('shortcuts', () => {
  test('on a message carry the message and where to answer', async () => {
    const { slack, app } = await startWorkspace();
    const { message } = await slack.as('U0OLGA').post('support', 'I am ada@x.org');
    await slack.as('U0DEV').messageShortcut('save_contact', message);
    expect(app.received.at(-1)?.payload).toMatchObject({
      type: 'message_action',
      callback_id: 'save_contact',
      message_ts: message.ts,
      message: { user: 'U0OLGA', text: 'I am <mailto:ada@x.org|ada@x.org>' },
      channel: { id: 'C0SUPPORT' },
      trigger_id: expect.any(String),
      response_url: expect.any(String),
    });
  });

  test('of the workspace have a trigger and no channel', async () => {
    const { slack, app } = await startWorkspace();
    await slack.as('U0DEV').shortcut('new_contact');
    expect(app.received[0]?.payload).toMatchObject({ type: 'shortcut', callback_id: 'new_contact' });
    expect(app.received[0]?.payload['channel']).toBeUndefined();
  });
});

describe('onlookers', () => {
  test('hear of changes as they happen, and the keeper gets the state', async () => {
    let kept: { messages: unknown[] } | undefined;
    const { slack } = await startWorkspace({
      onChange: (state) => {
        kept = state;
      },
    });
    const seen: string[] = [];
    const stop = slack.subscribe(({ kind }) => seen.push(kind));
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'a' });
    await slack.idle();
    stop();
    expect(seen.slice(0, 2)).toEqual(['message', 'request']);
    await slack.waitFor(() => kept);
    expect(kept?.messages).toHaveLength(1);
  });

  test('are told what was there instead when a message does not come', async () => {
    const { slack } = await startWorkspace();
    await callApi(slack, 'chat.postMessage', { channel: 'C0SUPPORT', text: 'something else' });
    await expect(slack.waitForMessage(({ text }) => text === 'this', 20)).rejects.toThrow('something else');
  });
});
