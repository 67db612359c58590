import { LogLevel } from '@slack/bolt';
import { WebAPIHTTPError } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import { boltLogger, loggable, withoutSecrets } from '../../src/slack/slack-log.ts';

function kept() {
  const lines: { level: string; data: object; message: string }[] = [];
  const keep = (level: string) => (data: object, message: string) =>
    void lines.push({ level, data, message });
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}

describe('what Bolt logs', () => {
  test('is joined into one line, with the first error beside it', () => {
    const log = kept();
    boltLogger(log).error('it', 'broke', 3, new Error('cause'), { body: 'secret' });
    expect(log.lines).toMatchObject([
      { level: 'error', message: 'slack: it broke 3', data: { err: { message: 'cause' } } },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('secret');
  });

  test('leaves out debug lines, which hold request bodies', () => {
    const log = kept();
    boltLogger(log).debug('http request body: text=Ada');
    expect(log.lines).toEqual([]);
  });

  test('does not change the level of the program', () => {
    const logger = boltLogger(kept());
    logger.setLevel(LogLevel.DEBUG);
    expect(logger.getLevel()).toBe(LogLevel.INFO);
  });
});

describe('a line of the log', () => {
  test.each([
    ['a bot token', 'used xoxb-123-456-AbC today', 'used [token] today'],
    ['a rotated token', 'used xoxe.xoxb-1-AbC', 'used [token]'],
    ['an app token', 'used xapp-1-A0-2-ff', 'used [token]'],
    ['an authorization header', 'Authorization: Bearer abc.def', 'Authorization: Bearer [token]'],
    ['a response URL', 'to https://hooks.slack.com/commands/T1/2/3 now', 'to [response URL] now'],
  ])('holds no %s', (_what, said, written) => {
    expect(withoutSecrets(said)).toBe(written);
  });

  test('keeps an error’s causes, but not the request and response that hang on it', () => {
    const cause = new WebAPIHTTPError(500, 'Oops', { 'set-cookie': 'secret' }, 'secret');
    const logged = loggable(new Error('outer xoxb-1-2', { cause }));
    expect(logged).toMatchObject({ type: 'Error', message: 'outer [token]', cause: { code: cause.code } });
    expect(JSON.stringify(logged)).not.toMatch(/secret|xoxb/);
  });
});
