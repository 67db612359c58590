import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AuditOptions, answerAudit } from '../../src/cli/audit.ts';
import { explain } from '../../src/cli/exit.ts';
import { startEmbeddedPostgres } from '../../src/db/embedded/start.ts';
import { migrate } from '../../src/db/migrate.ts';
import { changeContacts } from '../../src/services/issues/change-contacts.ts';
import { type Stage, startStage } from '../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
  await stage.contact('acme', 'Es\u001b[31mcape Room', { email: 'escape@example.com' });
  const opened = await stage.onIssue('pia', 'acme/app#1');
  await changeContacts(stage.deps, opened, { kind: 'add', references: ['ada@example.com'], names: false });
});
afterAll(() => stage.close());

const answer = (options: Partial<AuditOptions>): Promise<string> =>
  answerAudit(stage.deps, { limit: 20, ...options });

interface Outcome {
  readonly code: number;
  readonly stdout: string;
}

/** `tieline audit …` in a process of its own that knows neither Slack nor GitLab. */
function audit(args: readonly string[], env: Record<string, string>): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', 'tsx', 'src/cli/tieline.ts', 'audit', ...args],
      { env: { PATH: process.env['PATH'], ...env } },
      (error, stdout) => resolve({ code: Number(error?.code ?? 0), stdout }),
    );
  });
}

describe('tieline audit', () => {
  test('tells it to people', async () => {
    expect((await answer({ contact: 'ada@example.com' })).replaceAll(/delivery-\d+/g, 'delivery-N')).toBe(
      [
        '2026-05-04 09:30:00Z  contact.linked  issue acme/app#1, in acme',
        '    by pia (user 6) on Slack, delivery delivery-N',
        '    contacts: + Ada Lovelace (C1)',
        '',
        '2026-05-04 09:30:00Z  contact.created  contact Ada Lovelace (C1), in acme',
        '    by olga (user 2) on Slack, delivery delivery-N',
        '    first name: Ada',
        '    last name: Lovelace',
        '    email: ada@example.com',
        '    active: true',
      ].join('\n'),
    );
  });

  test('tells it to programs, ids as strings', async () => {
    expect(JSON.parse(await answer({ issue: 'acme/app#1', json: true }))).toEqual({
      entries: [
        {
          id: '3',
          at: '2026-05-04T09:30:00.000Z',
          crmGroup: { id: '101', fullPath: 'acme' },
          actor: { id: '6', username: 'pia' },
          surface: 'slack',
          deliveryKey: expect.stringMatching(/^delivery-/),
          action: 'contact.linked',
          subject: { kind: 'issue', id: expect.stringMatching(/^\d+$/), name: 'acme/app#1' },
          before: [],
          after: ['1'],
          changes: [{ field: 'contacts', before: [], after: ['Ada Lovelace (C1)'] }],
        },
      ],
    });
  });

  test('shows what would steer a terminal, and does not send it there', async () => {
    const told = await answer({ contact: 'escape@example.com' });
    expect(told).toContain('Es\\u{1b}[31mcape');
    expect(told).not.toContain('\u001b');
  });

  test('says when there is nothing to tell', async () => {
    expect(await answer({ actor: 'pia', since: new Date('2027-01-01') })).toBe('No entries.');
  });

  test.each<[Partial<AuditOptions>, string]>([
    [{ contact: 'nobody@example.com' }, 'No contact is known as nobody@example.com, now or in the log.'],
    [{ issue: 'acme/app#99' }, 'No issue is known as acme/app#99, now or in the log.'],
    [{ organization: 'Nobody' }, 'No organization is known as Nobody, now or in the log.'],
    [{ group: 'nowhere' }, 'No group is known as nowhere, now or in the log.'],
    [{ actor: 'nobody' }, 'Nobody in the log is called nobody. The GitLab user id always works: --actor 12'],
    [{ issue: 'twelve' }, 'Issue must be written as group/project#12 or be the URL of an issue.'],
  ])('explains what is unknown, and ends with 1: %j', async (options, text) => {
    const error = await answer(options).then(
      () => null,
      (failure: unknown) => failure,
    );
    expect(explain(error)).toEqual({ text, exitCode: 1 });
  });

  test('takes one subject, a sensible number and a date', async () => {
    const url = { DATABASE_URL: stage.db.connectionString };
    const refused = [
      ['--contact', 'C1', '--issue', 'acme/app#1'],
      ['--limit', '0'],
      ['--since', 'soon'],
    ];
    for (const args of refused) expect(await audit(args, url)).toEqual({ code: 1, stdout: '' });
    expect((await audit(['--limit', '1'], url)).stdout.split('\n')[0]).toBe(
      '2026-05-04 09:30:00Z  contact.linked  issue acme/app#1, in acme',
    );
  }, 120_000);

  test('reads the embedded database beside the program that keeps it', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tieline-audit-'));
    await chmod(directory, 0o711);
    const dataDir = join(directory, 'data');
    const server = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
    try {
      await migrate(server.connectionString);
      expect(await audit([], { DATA_DIR: dataDir })).toEqual({ code: 0, stdout: 'No entries.\n' });
    } finally {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    }
  }, 60_000);
});
