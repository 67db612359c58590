import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import { storedText } from '../commands/grammar/comment.ts';
import type { ServerConfig } from '../config.ts';
import type { Tieline } from '../main.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Store } from '../start/store.ts';
import { stopOnSignal } from './stop-on-signal.ts';

/** The sandbox's own noise is of no use to who tries it; warnings are. */
const LOG_LEVEL = 'warn';

/** What GitLab itself takes out of a comment before it stores it. */
const STRIPPED: ReadonlySet<string> = new Set([
  'add_contacts',
  'remove_contacts',
  'close',
  'reopen',
  'label',
  'assign',
]);

interface Staged {
  readonly tieline: Tieline;
  readonly sandbox: Sandbox;
  readonly url: string;
}

/** Starts the real program between a make-believe Slack and GitLab, and stops it on a signal. */
export async function runSandbox(server: ServerConfig): Promise<void> {
  const { createLog } = await import('../main.ts');
  const { openStore } = await import('../start/store.ts');
  const log = createLog(server.logLevel ?? LOG_LEVEL);
  // First, so that a second sandbox is refused before it touches the first one's make-believe world.
  const store = await openStore({ ...server, migrates: true, log: (message) => log.info(message) });
  const { tieline, sandbox, url } = await stage(server, store, log);
  console.log(`Tieline is ready, in sandbox mode. Open ${url}/`);
  stopOnSignal([() => tieline.stop(), () => sandbox.close()]);
}

async function stage(server: ServerConfig, store: Store, log: Logger): Promise<Staged> {
  const { startTieline } = await import('../main.ts');
  const { seedDemo } = await import('../start/seed-demo.ts');
  let tieline: Tieline | null = null;
  const url = () => server.publicUrl ?? tieline?.url ?? `http://${server.host}:${server.port}`;
  const sandbox = await openSandbox(server, { store, log, url, tieline: () => tieline });
  try {
    const { slack, gitlab } = sandbox.platforms;
    tieline = await startTieline({
      server,
      platforms: { slack, gitlab },
      migrates: true,
      store,
      plugins: () => [sandbox.routes],
      prepare: ({ services }) => seedDemo(services, sandbox.world),
      log,
    });
    sandbox.gitlab.resumeDeliveries();
    return { tieline, sandbox, url: url() };
  } catch (error) {
    await (tieline ?? { stop: () => store.close() }).stop();
    await sandbox.close();
    throw error;
  }
}

interface Around {
  readonly store: Store;
  readonly log: Logger;
  readonly url: () => string;
  readonly tieline: () => Tieline | null;
}

async function openSandbox(server: ServerConfig, around: Around): Promise<Sandbox> {
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const { issueContacts } = await import('../start/issue-contacts.ts');
  const stateDir = resolve(join(server.dataDir, 'sandbox'));
  try {
    await mkdir(stateDir, { recursive: true });
    return await startSandbox({
      host: server.host,
      port: server.port,
      stateDir,
      tielineUrl: around.url,
      log: (line) => around.log.info(line),
      stripQuickActions: (text) => storedText(text, STRIPPED),
      botUsername: 'tieline',
      issueContacts: async (project, iid) => {
        const tieline = around.tieline();
        return tieline ? issueContacts(tieline.services, project, iid) : [];
      },
    });
  } catch (error) {
    await around.store.close();
    throw error;
  }
}
