import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { freePort, runProgram, startProgram } from '../support/program.ts';

// Starting node and compiling the program takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const PLATFORMS = {
  SLACK_SIGNING_SECRET: 'signing-secret-0123456789',
  SLACK_BOT_TOKEN: 'xoxb-never-printed-0123456789',
  // Nothing listens there; starting does not need it.
  SLACK_API_URL: 'http://127.0.0.1:9/api/',
  GITLAB_URL: 'http://127.0.0.1:9',
  GITLAB_TOKEN: 'glpat-never-printed-0123456789',
  GITLAB_WEBHOOK_SECRET: 'webhook-secret-0123456789',
};

describe('tieline serve', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await testDatabase();
  });
  afterAll(() => db.drop());

  it('says that a port is taken, and exits 1', async () => {
    const squatter: Server = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as { port: number };
    try {
      const ended = await runProgram(['serve'], {
        ...PLATFORMS,
        PORT: String(port),
        DATABASE_URL: db.connectionString,
      });
      expect(ended.exitCode).toBe(1);
      expect(ended.stderr).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
      expect(ended.stderr).toContain('set PORT to a free port');
    } finally {
      squatter.close();
    }
  });

  it('says that the database does not answer, and exits 1', async () => {
    const port = await freePort();
    const ended = await runProgram(['serve'], {
      ...PLATFORMS,
      PORT: '0',
      DATABASE_URL: `postgresql://somebody:never-printed@127.0.0.1:${port}/tieline`,
    });
    expect(ended.exitCode).toBe(1);
    expect(ended.stderr).toContain('127.0.0.1');
    expect(ended.stdout + ended.stderr).not.toContain('never-printed');
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses a database that is newer than the program, and one that is older', async () => {
    const newer = await testDatabase();
    try {
      await newer.database.prisma.$executeRaw`
        INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
        VALUES ('future', 'x', '20991231000000_from_the_future', now(), now(), 1)`;
      const settings = { ...PLATFORMS, PORT: '0', DATABASE_URL: newer.connectionString };
      const [served, checked] = await Promise.all([
        runProgram(['serve'], settings),
        runProgram(['migrate', '--check'], settings),
      ]);
      for (const { exitCode, stderr } of [served, checked]) {
        expect(exitCode).toBe(1);
        expect(stderr).toContain('20991231000000_from_the_future');
        expect(stderr).not.toMatch(/^\s+at /m);
      }
      await newer.database.prisma.$executeRaw`DELETE FROM _prisma_migrations`;
      const older = await runProgram(['serve'], settings);
      expect(older.exitCode).toBe(1);
      expect(older.stderr).toContain('tieline migrate');
    } finally {
      await newer.drop();
    }
  });
});

describe('a second Tieline on the same data directory', () => {
  it('is refused with the path and what to do', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'tieline-data-'));
    // Root's server runs as another user and would put the data elsewhere if it could not get there.
    await chmod(dataDir, 0o711);
    const settings = { DATA_DIR: dataDir, PORT: '0' };
    const first = await startProgram(['start'], settings);
    try {
      await first.url;
      const second = await runProgram(['start'], settings);
      expect(second.exitCode).toBe(1);
      expect(second.stderr).toContain(dataDir);
      expect(second.stderr).toMatch(/DATA_DIR/);
      expect(second.stderr).not.toMatch(/^\s+at /m);
    } finally {
      const ended = await first.kill('SIGTERM');
      expect(ended.exitCode).toBe(0);
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 60_000);
});
