import { describe, expect, test } from 'vitest';
import { callApi, type Json, plain, respond, sectionOf, startWorkspace } from './workspace-under-test.ts';

async function withAddress() {
  const around = await startWorkspace();
  await around.slack.as('U0DEV').command('sales', '/crm find ada');
  return { ...around, address: around.app.received[0]?.fields['response_url'] };
}

/** A message of the app's with a button, clicked: the address that the click carries. */
async function withClick(ephemeral: boolean) {
  const around = await startWorkspace();
  const { slack, app } = around;
  const blocks = [{ type: 'actions', elements: [{ type: 'button', action_id: 'go', text: plain('Go') }] }];
  const args = { channel: 'C0SUPPORT', text: 'original', blocks, user: 'U0DEV' };
  await callApi(slack, ephemeral ? 'chat.postEphemeral' : 'chat.postMessage', args);
  const [message] = slack.messages();
  if (!message) throw new Error('nothing was posted');
  await slack.as('U0DEV').click(message, 'go');
  return { ...around, address: app.received[0]?.payload['response_url'] };
}

describe('a response address', () => {
  test('takes five answers and refuses the sixth', async () => {
    const { slack, address } = await withAddress();
    const answers = [];
    for (const text of ['1', '2', '3', '4', '5', '6']) answers.push(await respond(address, { text }));
    expect(answers.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => ({ status: 200, text: 'ok' })));
    expect(answers[5]).toEqual({ status: 404, text: 'used_url' });
    expect(slack.messages().map(({ text }) => text)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('is good for thirty minutes and no longer', async () => {
    const { address, clock } = await withAddress();
    clock.ms += 30 * 60 * 1000;
    expect(await respond(address, { text: 'in time' })).toEqual({ status: 200, text: 'ok' });
    clock.ms += 1;
    expect(await respond(address, { text: 'late' })).toEqual({ status: 404, text: 'expired_url' });
  });

  test('answers the person alone, or the channel when told so', async () => {
    const { slack, address } = await withAddress();
    await respond(address, { text: 'psst' });
    await respond(address, { text: 'all', response_type: 'in_channel', thread_ts: '1.5' });
    expect(slack.messages()).toMatchObject([
      { via: 'response_url', channel: 'C0SALES', visibility: 'ephemeral', user: 'U0DEV', text: 'psst' },
      { via: 'response_url', visibility: 'public', user: null, text: 'all', thread_ts: '1.5' },
    ]);
  });

  test('refuses blocks over a limit and a message of nothing, without counting them', async () => {
    const { slack, address } = await withAddress();
    expect(await respond(address, { text: 'a', blocks: [sectionOf('')] })).toEqual({
      status: 400,
      text: 'invalid_blocks',
    });
    expect(await respond(address, {})).toEqual({ status: 400, text: 'no_text' });
    expect(slack.violations()).toMatchObject([{ via: 'response_url', rule: 'min_length' }]);
    expect(slack.state().responseUrls).toMatchObject([{ uses: 0 }]);
  });

  test('is not there for an id that was never given out', async () => {
    const { slack } = await withAddress();
    expect(await respond(`${slack.url}/response/none`, { text: 'a' })).toMatchObject({ status: 404 });
  });

  test('survives a restart', async () => {
    const { slack, address } = await withAddress();
    const again = await startWorkspace({ state: slack.state() });
    const moved = String(address).replace(slack.url, again.slack.url);
    expect(await respond(moved, { text: 'still here' })).toMatchObject({ status: 200 });
  });

  test('can be slow or broken on demand', async () => {
    const { slack, address } = await withAddress();
    slack.fail('response_url', { status: 500 });
    expect(await respond(address, { text: 'a' })).toMatchObject({ status: 500 });
    expect(await respond(address, { text: 'b' })).toMatchObject({ status: 200 });
    expect(slack.messages().map(({ text }) => text)).toEqual(['b']);
  });
});

describe('the original message', () => {
  test.each([true, false])('is replaced in place (ephemeral: %s)', async (ephemeral) => {
    const { slack, address } = await withClick(ephemeral);
    await respond(address, { text: 'new', replace_original: true });
    expect(slack.messages()).toMatchObject([{ text: 'new', blocks: [], edited: expect.any(String) }]);
  });

  test('is deleted, and what comes along is posted as new', async () => {
    const { slack, address } = await withClick(true);
    await respond(address, { text: 'shared', response_type: 'in_channel', delete_original: true });
    expect(slack.messages()).toMatchObject([
      { text: 'original', deleted: true },
      { text: 'shared', visibility: 'public', via: 'response_url' },
    ]);
  });

  test('stays when nothing is said of it', async () => {
    const { slack, address } = await withClick(false);
    await respond(address, { text: 'beside' });
    expect(slack.messages().map(({ text, visibility }) => [text, visibility])).toEqual([
      ['original', 'public'],
      ['beside', 'ephemeral'],
    ]);
  });

  test('of a command is its first answer', async () => {
    const { slack, address } = await withAddress();
    await respond(address, { text: 'Searching' });
    await respond(address, { text: 'Found', replace_original: true });
    const messages: Json[] = slack.messages().map(({ text, user }) => ({ text, user }));
    expect(messages).toEqual([{ text: 'Found', user: 'U0DEV' }]);
  });
});
