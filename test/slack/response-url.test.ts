import nock from 'nock';
import { describe, expect, test } from 'vitest';
import { mayAnswerAt, postToResponseUrl, ResponseUrlError } from '../../src/slack/response-url.ts';
import { useNock } from '../support/nock.ts';

const HOOK = 'https://hooks.slack.com/commands/T1/2/abc';
useNock();

describe('an answer may be posted to', () => {
  test.each([
    ['Slack over https', HOOK, true],
    ['an origin that was configured', 'http://127.0.0.1:4000/response/1', true],
    ['Slack over http', 'http://hooks.slack.com/commands/1', false],
    ['Slack on another port', 'https://hooks.slack.com:8443/commands/1', false],
    ['a host that starts like Slack', 'https://hooks.slack.com.evil.example/1', false],
    ['a host that hides behind Slack', 'https://hooks.slack.com@evil.example/1', false],
    ['another port of a configured host', 'http://127.0.0.1:4001/response/1', false],
    ['the machine’s own metadata', 'http://169.254.169.254/latest', false],
    ['a file', 'file:///etc/passwd', false],
    ['nothing', '', false],
  ])('%s: %s is %s', (_what, address, may) => {
    expect(mayAnswerAt(address, ['http://127.0.0.1:4000'])).toBe(may);
  });
});

describe('posting to a response URL', () => {
  test('succeeds when Slack says ok', async () => {
    const asked = nock('https://hooks.slack.com').post('/commands/T1/2/abc', { text: 'hi' }).reply(200, 'ok');
    await postToResponseUrl(HOOK, { text: 'hi' }, { allowedOrigins: [] });
    expect(asked.isDone()).toBe(true);
  });

  test('follows no redirect', async () => {
    nock('https://hooks.slack.com')
      .post('/commands/T1/2/abc')
      .reply(307, '', { location: 'https://evil.example/' });
    const there = nock('https://evil.example').post('/').reply(200, 'ok');
    await expect(postToResponseUrl(HOOK, {}, { allowedOrigins: [] })).rejects.toBeInstanceOf(
      ResponseUrlError,
    );
    expect(there.isDone()).toBe(false);
  });

  test.each([
    ['a status', 404, 'used_url', 'refused with 404 used_url'],
    ['a 200 that means no', 200, '{"ok":false,"error":"invalid_blocks"}', 'invalid_blocks'],
  ])('fails by %s, without telling the URL', async (_how, status, body, reason) => {
    nock('https://hooks.slack.com').post('/commands/T1/2/abc').reply(status, body);
    const error = await postToResponseUrl(HOOK, {}, { allowedOrigins: [] }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'ResponseUrlError', message: expect.stringContaining(reason) });
    expect(String(error)).not.toContain('hooks');
  });
});
