import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { createInbox } from '../../src/delivery/inbox.ts';
import { startWorker, type Worker } from '../../src/delivery/worker.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { keptLog } from './kept-log.ts';

let test: TestDatabase;
let child: ChildProcess | null = null;
let worker: Worker | null = null;
beforeAll(async () => {
  test = await testDatabase();
});
beforeEach(() => test.empty());
afterEach(async () => {
  child?.kill('SIGKILL');
  await worker?.stop({ timeoutMs: 100 });
});
afterAll(() => test.drop());

/** Starts a worker that gets as far as `where` with a delivery, and kills it there. */
async function killWhile(where: 'handling' | 'writing'): Promise<void> {
  const script = fileURLToPath(new URL('doomed-worker.ts', import.meta.url));
  const started = spawn(process.execPath, ['--import', 'tsx', script, test.connectionString, where], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child = started;
  await once(started.stdout, 'data');
  started.kill('SIGKILL');
  await once(started, 'exit');
}

it.each([
  ['handling it', 'handling'],
  ['writing its change', 'writing'],
] as const)(
  'a delivery is handled once, within five seconds, when its process was killed while %s',
  async (_, where) => {
    const inbox = createInbox({
      database: test.database,
      log: keptLog(),
      onStored: () => {},
    });
    await inbox.store({
      source: 'gitlab',
      key: 'k',
      kind: 'note',
      headers: {},
      body: new Uint8Array(),
    });
    await killWhile(where);
    const restarted = performance.now();
    worker = startWorker({
      database: test.database,
      log: keptLog(),
      senders: {},
      handlers: {
        gitlab: async ({ key, attempt }) => ({
          outcome: `try ${attempt}`,
          write: async (tx) => {
            await tx.commandRun.create({
              data: {
                runKey: key,
                position: 0,
                command: 'mark',
                result: {},
              },
            });
          },
        }),
      },
    });
    await vi.waitFor(
      async () => {
        const row = await test.database.prisma.delivery.findFirstOrThrow();
        expect(row).toMatchObject({
          state: 'done',
          outcome: 'try 2',
          attempts: 2,
        });
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(performance.now() - restarted).toBeLessThan(5_000);
    expect(await test.database.prisma.commandRun.count()).toBe(1);
  },
);
