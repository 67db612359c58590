import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { expect, onTestFinished, test } from 'vitest';
import { type FakeSlack, startFakeSlack } from '../../../src/sandbox/slack/fake-slack.ts';
import { workspaceOfWorld } from '../../../src/sandbox/slack/from-world.ts';
import { WORLD } from '../../../src/sandbox/world.ts';
import { modalOf, plain, SECRET, sectionOf, TOKEN } from './workspace-under-test.ts';

/** Slack's own framework as the other side: what it understands and signs off is as Slack has it. */
async function startBolt(): Promise<{ slack: FakeSlack; bolt: App }> {
  let port = 0;
  const { slack: ids } = WORLD;
  const slack = await startFakeSlack({
    ...workspaceOfWorld(WORLD),
    bot: { userId: ids.botUserId, botId: ids.botId, token: TOKEN, appId: ids.appId },
    signingSecret: SECRET,
    requestUrl: () => `http://127.0.0.1:${port}/slack/events`,
  });
  onTestFinished(() => slack.close());
  const bolt = new App({
    receiver: new HTTPReceiver({ signingSecret: SECRET, logLevel: LogLevel.ERROR }),
    logLevel: LogLevel.ERROR,
    token: TOKEN,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  const server = await bolt.start({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    await bolt.stop();
  });
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
  return { slack, bolt };
}

test("Slack's own framework takes a command, opens a modal, gets the form and answers", async () => {
  const { slack, bolt } = await startBolt();
  bolt.command('/crm', async ({ ack, body, client, respond }) => {
    await ack();
    const element = { type: 'plain_text_input', action_id: 'name' };
    const field = { type: 'input', block_id: 'name', label: plain('Name'), element };
    await client.views.open({ trigger_id: body.trigger_id, view: modalOf([field]) as never });
    await respond({ text: `You said ${body.text}`, response_type: 'ephemeral' });
  });
  bolt.view('contact', async ({ ack, view, body, client }) => {
    await ack();
    const text = `Saved ${view.state.values['name']?.['name']?.value}`;
    await client.chat.postMessage({ channel: body.user.id, text, blocks: [sectionOf(text)] as never });
  });
  const dev = slack.as('U0DEV0001');
  expect(await dev.command('support', '/crm new')).toMatchObject({ status: 200 });
  await slack.waitForMessage(({ text, via }) => via === 'response_url' && text === 'You said new');
  await dev.submit(await slack.waitForView('U0DEV0001'), { name: 'Ada' });
  const saved = await slack.waitForMessage(({ text }) => text === 'Saved Ada');
  expect(saved).toMatchObject({ via: 'chat.postMessage', author: 'U0TIELINE', visibility: 'public' });
  expect(slack.violations()).toEqual([]);
});

test("Slack's own framework refuses a bad signature and a stale request", async () => {
  const { slack, bolt } = await startBolt();
  bolt.command('/crm', ({ ack }) => ack('fine'));
  const dev = slack.as('U0DEV0001');
  expect(await dev.command('support', '/crm')).toMatchObject({ status: 200, body: 'fine' });
  expect(await dev.command('support', '/crm', { signature: 'bad' })).toMatchObject({ status: 401 });
  expect(await dev.command('support', '/crm', { timestampSkewSec: -400 })).toMatchObject({ status: 401 });
  expect(await slack.verifyRequestUrl()).toMatchObject({
    status: 200,
    body: { challenge: expect.any(String) },
  });
});

test("Slack's own framework gets clicks, options, shortcuts, homes and events", async () => {
  const { slack, bolt } = await startBolt();
  const heard: string[] = [];
  bolt.action('go', async ({ ack, action, respond }) => {
    await ack();
    heard.push(`action ${'value' in action ? action.value : ''}`);
    await respond({ text: 'Gone', replace_original: true });
  });
  bolt.options('org', async ({ ack, payload }) => {
    await ack({ options: [{ text: { type: 'plain_text', text: payload.value }, value: 'O1' }] });
  });
  bolt.shortcut('save', async ({ ack, shortcut }) => {
    heard.push(`shortcut ${shortcut.type}`);
    await ack();
  });
  bolt.event('app_home_opened', async ({ event, client }) => {
    const blocks = [
      sectionOf('Home'),
      { type: 'actions', elements: [{ type: 'external_select', action_id: 'org', min_query_length: 1 }] },
    ];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: blocks as never } });
  });
  bolt.event('app_mention', async ({ say }) => {
    const elements = [{ type: 'button', action_id: 'go', value: 'v1', text: plain('Go') }];
    await say({ text: 'Here', blocks: [{ type: 'actions', elements }] as never });
  });
  const dev = slack.as('U0DEV0001');
  const { message } = await dev.post('support', 'hello @tieline');
  const posted = await slack.waitForMessage(({ text }) => text === 'Here');
  await dev.click(posted, 'go');
  await slack.waitForMessage(({ text, ts }) => text === 'Gone' && ts === posted.ts);
  await dev.messageShortcut('save', message);
  await dev.shortcut('save');
  await dev.openHome();
  await slack.waitFor(() => dev.home());
  expect(await dev.typeahead('org', 'na')).toMatchObject([{ value: 'O1' }]);
  expect(heard).toEqual(['action v1', 'shortcut message_action', 'shortcut shortcut']);
  expect(slack.violations()).toEqual([]);
});
