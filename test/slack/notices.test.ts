import { describe, expect, test } from 'vitest';
import type { Reply } from '../../src/commands/reply.ts';
import type { Sender } from '../../src/delivery/send-message.ts';
import { GiveUpError, RetryLaterError } from '../../src/domain/delivery-errors.ts';
import type { Notice } from '../../src/slack/notices.ts';
import { aReply, type Bench, startBench, TOKEN } from './edge-harness.ts';

const notice = (more: Partial<Notice> & { channelId?: string; reply?: Reply } = {}): Notice => {
  const {
    channelId = 'C1',
    reply = aReply({ title: 'Ada was linked', visibility: 'public' }),
    ...rest
  } = more;
  return {
    dedupeKey: 'link:7:C1',
    payload: { teamId: 'T1', channelId, reply },
    attempt: 1,
    createdAt: new Date(),
    ...rest,
  };
};
const posted = (bench: Bench) => bench.slack.messages().map(({ text, metadata }) => ({ text, metadata }));
const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a notice', () => {
  test('is posted with its key in the metadata, and gives back its ts', async () => {
    const bench = await startBench();
    // What the outbox's worker calls.
    const sender = bench.edge.notices satisfies Sender;
    const sent = await sender(notice());
    const [first] = bench.slack.messages();
    expect(first).toMatchObject({ channel: 'C1', via: 'chat.postMessage', text: 'Ada was linked' });
    expect(first?.metadata).toEqual({
      event_type: 'tieline_notice',
      event_payload: { key: 'link:7:C1' },
    });
    expect(sent).toEqual({ outcome: 'posted', remoteRef: `C1:${first?.ts}` });
    expect(bench.slack.violations()).toEqual([]);
  });

  test('posted by a try whose answer was lost is not posted again', async () => {
    const bench = await startBench();
    bench.slack.dropResponse('chat.postMessage');
    const first = await failure(bench.edge.notices(notice()));
    expect(first).toBeInstanceOf(RetryLaterError);
    const sent = await bench.edge.notices(notice({ attempt: 2 }));
    expect(sent).toEqual({
      outcome: 'was posted by an earlier try',
      remoteRef: `C1:${bench.slack.messages()[0]?.ts}`,
    });
    expect(posted(bench)).toHaveLength(1);
  });

  test('is found by a later try behind hundreds of other messages', async () => {
    const bench = await startBench({ slack: { subscribedEvents: [] } });
    await bench.edge.notices(notice());
    for (let n = 0; n < 450; n += 1) await bench.slack.as('U1').post('sales', `line ${n}`);
    expect(await bench.edge.notices(notice({ attempt: 2 }))).toMatchObject({
      outcome: 'was posted by an earlier try',
    });
  });

  test('with another key is posted by its second try', async () => {
    const bench = await startBench();
    await bench.edge.notices(notice());
    expect(await bench.edge.notices(notice({ dedupeKey: 'link:8:C1', attempt: 2 }))).toMatchObject({
      outcome: 'posted',
    });
    expect(posted(bench)).toHaveLength(2);
  });

  test('is posted by its second try where the bot may not read the channel', async () => {
    const bench = await startBench({
      slack: { bot: { userId: 'U0BOT', botId: 'B0BOT', token: TOKEN, scopes: ['chat:write'] } },
    });
    expect(await bench.edge.notices(notice({ attempt: 2 }))).toMatchObject({ outcome: 'posted' });
  });

  test('waits as long as Slack asks when it is rate limited', async () => {
    const bench = await startBench();
    bench.slack.rateLimit('chat.postMessage', { retryAfterSec: 30 });
    const error = await failure(bench.edge.notices(notice()));
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ message: 'Slack: rate limited', retryAfterMs: 30_000 });
    expect(posted(bench)).toEqual([]);
  });

  test('rate limited while its channel is read waits as well', async () => {
    const bench = await startBench();
    bench.slack.rateLimit('conversations.history', { retryAfterSec: 7 });
    const error = await failure(bench.edge.notices(notice({ attempt: 2 })));
    expect(error).toMatchObject({ name: 'RetryLaterError', retryAfterMs: 7000 });
    expect(posted(bench)).toEqual([]);
  });

  test('one 429 does not hold up what people wait for', async () => {
    const bench = await startBench();
    bench.slack.rateLimit('chat.postMessage', { retryAfterSec: 30 });
    await failure(bench.edge.notices(notice()));
    expect(await bench.edge.emailOf('T1', 'U1')).toBe('ann@example.com');
  });

  test.each([
    ['HTTP 503', { status: 503 }, 'Slack: HTTP 503'],
    ['an internal error', { error: 'internal_error' }, 'Slack: internal_error'],
    ['a token that is no longer good', { error: 'token_revoked' }, 'Slack: token_revoked'],
    ['an error nobody has heard of', { error: 'moon_phase' }, 'Slack: moon_phase'],
  ])('is tried again after %s', async (_what, fault, reason) => {
    const bench = await startBench();
    bench.slack.fail('chat.postMessage', fault);
    const error = await failure(bench.edge.notices(notice()));
    expect(error).toBeInstanceOf(RetryLaterError);
    expect(error).toMatchObject({ message: reason, retryAfterMs: null });
  });

  test('is tried again when Slack is not there', async () => {
    const bench = await startBench({ apiUrl: 'http://127.0.0.1:9/api/' });
    expect(await failure(bench.edge.notices(notice()))).toMatchObject({
      name: 'RetryLaterError',
      message: 'Slack: no answer',
    });
  });

  test.each(['is_archived', 'not_in_channel', 'channel_not_found', 'restricted_action', 'msg_too_long'])(
    'is given up after %s',
    async (code) => {
      const bench = await startBench();
      bench.slack.fail('chat.postMessage', { error: code });
      const error = await failure(bench.edge.notices(notice()));
      expect(error).toBeInstanceOf(GiveUpError);
      expect(error).toMatchObject({ message: `Slack: ${code}` });
    },
  );

  test('for a channel that the bot is not in is given up', async () => {
    const bench = await startBench();
    expect(await failure(bench.edge.notices(notice({ channelId: 'C2' })))).toBeInstanceOf(GiveUpError);
  });

  test('is said in words alone when Slack refuses its blocks', async () => {
    const bench = await startBench();
    bench.slack.fail('chat.postMessage', { error: 'invalid_blocks' });
    expect(await bench.edge.notices(notice())).toMatchObject({ outcome: 'posted' });
    expect(bench.slack.messages()).toMatchObject([{ text: 'Ada was linked', blocks: [] }]);
  });

  test.each([
    ['nothing', null],
    ['no channel', { teamId: 'T1', reply: aReply() }],
    ['no reply', { teamId: 'T1', channelId: 'C1' }],
    ['a broken reply', { teamId: 'T1', channelId: 'C1', reply: { tone: 'ok', title: 7, blocks: [] } }],
    [
      'a reply with a broken block',
      { teamId: 'T1', channelId: 'C1', reply: { tone: 'ok', title: 'x', blocks: [{ kind: 'list' }] } },
    ],
  ])('whose payload holds %s is given up', async (_what, payload) => {
    const bench = await startBench();
    expect(await failure(bench.edge.notices({ ...notice(), payload }))).toBeInstanceOf(GiveUpError);
    expect(posted(bench)).toEqual([]);
  });
});

describe('a notice that has news', () => {
  const news = aReply({ title: 'It is settled', visibility: 'public' });
  const asking = aReply({
    title: 'Decide',
    blocks: [{ kind: 'actions', actions: [{ label: 'Yes', command: 'yes' }] }],
    visibility: 'public',
  });
  const edit = (edits: string, more: Parameters<typeof notice>[0] = {}) =>
    notice({ dedupeKey: 'edit:1', reply: news, edits, ...more });
  const postedFirst = async (bench: Bench, channelId = 'C1') =>
    (await bench.edge.notices(notice({ channelId, reply: asking }))).remoteRef;

  test('is edited where it stands, without its buttons', async () => {
    const bench = await startBench();
    const ref = await postedFirst(bench);
    expect(await bench.edge.notices(edit(ref))).toEqual({ outcome: 'edited', remoteRef: ref });
    const [message, ...others] = bench.slack.messages();
    expect(others).toEqual([]);
    expect(message).toMatchObject({ text: 'It is settled', metadata: { event_payload: { key: 'edit:1' } } });
    expect(message?.edited).toBeTruthy();
    expect(JSON.stringify(message?.blocks)).not.toContain('button');
  });

  test('is edited in a conversation with one person, which Slack alone knows the id of', async () => {
    const bench = await startBench();
    const ref = await postedFirst(bench, 'U1');
    expect(ref).toMatch(/^D/);
    expect(await bench.edge.notices(edit(ref, { channelId: 'U1' }))).toMatchObject({ outcome: 'edited' });
    expect(bench.slack.messages()).toMatchObject([{ text: 'It is settled' }]);
  });

  test('is edited where only its ts is known, as it was kept before', async () => {
    const bench = await startBench();
    const ref = await postedFirst(bench);
    expect(await bench.edge.notices(edit(ref.split(':')[1] ?? ''))).toMatchObject({ outcome: 'edited' });
  });

  test('is left alone when it has been deleted', async () => {
    const bench = await startBench();
    expect(await bench.edge.notices(edit('C1:1700000000.000100'))).toMatchObject({
      outcome: 'the message has been deleted',
    });
    expect(posted(bench)).toEqual([]);
  });

  test.each(['cant_update_message', 'edit_window_closed'])('is posted anew after %s', async (error) => {
    const bench = await startBench();
    const ref = await postedFirst(bench);
    bench.slack.fail('chat.update', { error });
    const sent = await bench.edge.notices(edit(ref));
    expect(sent.outcome).toBe('posted');
    expect(bench.slack.messages().map(({ text }) => text)).toEqual(['Decide', 'It is settled']);
  });

  test('is said in words alone when Slack refuses its blocks, and keeps no button', async () => {
    const bench = await startBench();
    const ref = await postedFirst(bench);
    bench.slack.fail('chat.update', { error: 'invalid_blocks' });
    await bench.edge.notices(edit(ref));
    expect(bench.slack.messages()).toMatchObject([{ text: 'It is settled', blocks: [] }]);
  });

  test('waits as long as Slack asks', async () => {
    const bench = await startBench();
    const ref = await postedFirst(bench);
    bench.slack.rateLimit('chat.update', { retryAfterSec: 9 });
    expect(await failure(bench.edge.notices(edit(ref)))).toMatchObject({
      name: 'RetryLaterError',
      retryAfterMs: 9000,
    });
  });

  test('to a person is posted by its second try, though nobody may read there by their id', async () => {
    const bench = await startBench();
    expect(await bench.edge.notices(notice({ channelId: 'U1', attempt: 2 }))).toMatchObject({
      outcome: 'posted',
    });
  });
});
