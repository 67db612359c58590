import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { asDatabase, runOn } from '../support/databases.ts';
import { runProgram } from '../support/program.ts';

// Starting node and compiling the program takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

describe('tieline migrate', () => {
  const { serverUrl } = inject('databaseTemplate');
  const name = `tieline_cli_${randomBytes(6).toString('hex')}`;
  const settings = { DATABASE_URL: asDatabase(serverUrl, name) };
  beforeAll(() => runOn(serverUrl, `CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  afterAll(() => runOn(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`));

  it('tells what is pending, applies it, and has nothing to do after that', async () => {
    const before = await runProgram(['migrate', '--check'], settings);
    expect(before.stdout).toMatch(/^Pending: \d{14}_initial/);
    expect(before.exitCode).toBe(1);

    const applied = await runProgram(['migrate', '--json'], settings);
    expect(applied.exitCode).toBe(0);
    expect((JSON.parse(applied.stdout) as { applied: string[] }).applied[0]).toMatch(/^\d{14}_initial$/);

    const [after, again] = await Promise.all([
      runProgram(['migrate', '--check', '--json'], settings),
      runProgram(['migrate'], settings),
    ]);
    expect(after.exitCode).toBe(0);
    expect(JSON.parse(after.stdout)).toMatchObject({ pending: [], unknown: [] });
    expect(again.stdout).toBe('Nothing to do.\n');
  });
});
