import { afterEach, describe, expect, test, vi } from 'vitest';
import { createInFlight } from '../../src/slack/in-flight.ts';
import {
  carryOutRemoval,
  type WorkspaceRemoval,
  workspaceRemoval,
} from '../../src/slack/workspace-removal.ts';

afterEach(() => vi.useRealTimers());

const REMOVAL: WorkspaceRemoval = { teamId: 'T1', kind: 'uninstalled', at: new Date(0) };
const event = (of: object) => ({ team_id: 'T1', event_time: 1_770_000_000, event: of });

function carryingOut(onRemoved: () => Promise<void>) {
  const errors: string[] = [];
  const log = {
    debug: () => {},
    info: () => {},
    warn: () => {},
    error: (_: object, line: string) => void errors.push(line),
  };
  const inFlight = createInFlight();
  return { errors, inFlight, done: carryOutRemoval(REMOVAL, { onRemoved, inFlight, log }) };
}

describe('a removal', () => {
  test.each([
    ['an uninstalled app', { type: 'app_uninstalled' }, 'uninstalled'],
    ['a revoked bot token', { type: 'tokens_revoked', tokens: { bot: ['U1'] } }, 'revoked'],
  ])('is read from %s', (_, of, kind) => {
    expect(workspaceRemoval(event(of))).toEqual({ teamId: 'T1', kind, at: new Date(1_770_000_000_000) });
  });

  test.each([
    ['a token of a person', event({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } })],
    ['another event', event({ type: 'app_mention' })],
    ['something else', { command: '/crm' }],
  ])('is not read from %s', (_, body) => {
    expect(workspaceRemoval(body)).toBeNull();
  });

  test('is done when it was carried out, and waited for by a stop', async () => {
    const { done, inFlight } = carryingOut(async () => {});
    expect(inFlight.count).toBe(1);
    expect(await done).toBe(true);
  });

  test('that fails is not done, and says so in the log', async () => {
    const { done, errors } = carryingOut(async () => {
      throw new Error('no database');
    });
    expect(await done).toBe(false);
    expect(errors).toEqual(['slack: a removal was not carried out']);
  });

  test('that takes longer than Slack waits is not done yet, and goes on', async () => {
    vi.useFakeTimers();
    let finish = () => {};
    const { done, inFlight } = carryingOut(
      () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    );
    await vi.advanceTimersByTimeAsync(2_999);
    expect(await done).toBe(false);
    expect(inFlight.count).toBe(1);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(inFlight.count).toBe(0);
  });
});
