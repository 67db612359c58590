import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runProgram } from '../support/program.ts';

// Starting node and compiling the program takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const COMPLETE = {
  SLACK_SIGNING_SECRET: 'never-printed-signing-0123456789',
  SLACK_BOT_TOKEN: 'xoxb-never-printed-0123456789',
  GITLAB_URL: 'https://gitlab.example.com',
  GITLAB_TOKEN: 'glpat-never-printed-0123456789',
  GITLAB_WEBHOOK_SECRET: 'never-printed-webhook-0123456789',
};

describe('settings that are not enough', () => {
  it('are listed all at once, each with what it is for and how to get it, and end with 78', async () => {
    const ended = await runProgram(['start'], {
      GITLAB_URL: 'gitlab.example.com',
      SLACK_BOT_TOKEN: COMPLETE.SLACK_BOT_TOKEN,
      PORT: 'many',
    });
    expect(ended.exitCode).toBe(78);
    for (const line of [
      'PORT is not a whole number',
      'SLACK_SIGNING_SECRET is not set',
      'GITLAB_URL is not an http(s) address',
      'GITLAB_TOKEN is not set',
      'GITLAB_WEBHOOK_SECRET is not set',
    ]) {
      expect(ended.stderr).toContain(line);
    }
    expect(ended.stderr.match(/what it is for: \S/g)).toHaveLength(5);
    expect(ended.stderr.match(/how to mend it: \S/g)).toHaveLength(5);
    expect(ended.stdout + ended.stderr).not.toContain('never-printed');
  });
});

describe('tieline config check --json', () => {
  it('takes secrets from files and prints none', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'tieline-secret-')), 'token');
    await writeFile(file, `${COMPLETE.GITLAB_TOKEN}\n`);
    const { GITLAB_TOKEN: _, ...rest } = COMPLETE;
    const ended = await runProgram(['config', 'check', '--json'], { ...rest, GITLAB_TOKEN_FILE: file });
    expect(ended.exitCode).toBe(0);
    expect(JSON.parse(ended.stdout)).toEqual({
      ok: true,
      mode: 'serve',
      set: expect.arrayContaining(Object.keys(COMPLETE)),
      problems: [],
    });
    expect(ended.stdout + ended.stderr).not.toContain('never-printed');
  });

  it('gives every problem, and 78', async () => {
    const ended = await runProgram(['config', 'check', '--json'], {
      ...COMPLETE,
      GITLAB_WEBHOOK_SECRET: 'short',
      SLACK_SIGNING_SECRET: '',
    });
    expect(ended.exitCode).toBe(78);
    const { ok, problems } = JSON.parse(ended.stdout) as { ok: boolean; problems: { name: string }[] };
    expect(ok).toBe(false);
    expect(problems.map(({ name }) => name).sort()).toEqual([
      'GITLAB_WEBHOOK_SECRET',
      'SLACK_SIGNING_SECRET',
    ]);
    expect(ended.stdout).not.toContain('never-printed');
  });
});

describe('a command line that does not exist', () => {
  it('is answered with what there is, on standard error', async () => {
    const ended = await runProgram(['sevre']);
    expect(ended.exitCode).not.toBe(0);
    expect(ended.stderr).toContain("unknown command 'sevre'");
    expect(ended.stderr).toContain('tieline --help');
  });
});
