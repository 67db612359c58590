import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { runProgram } from '../support/program.ts';

// Starting node and compiling the program takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

interface Case {
  readonly note: string;
  readonly commands: readonly (readonly [string, string?])[];
}

const { extraction } = JSON.parse(
  readFileSync(new URL('../fixtures/extraction.json', import.meta.url), 'utf8'),
) as { extraction: readonly Case[] };

interface Parsed {
  readonly commands: { name: string; argument?: string; known: boolean; args?: unknown }[];
  readonly problems: { message: string }[];
}

async function parse(surface: 'slack' | 'gitlab', text: string): Promise<Parsed> {
  const { exitCode, stdout, stderr } = await runProgram(['parse', '--surface', surface, '--json'], {}, text);
  expect(stderr).toBe('');
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as Parsed;
}

/** Starting a process costs a second, so a few of GitLab's cases are given to each; the rest are tested in process. */
const SAMPLE = extraction.filter(({ commands }) => commands.length > 1).slice(0, 4);

describe('tieline parse --surface gitlab', () => {
  it.concurrent.each(SAMPLE.map((one) => [one.note, one] as const))(
    'reads %j as GitLab does',
    async (_, { note, commands }) => {
      const found = (await parse('gitlab', note)).commands;
      expect(found.map(({ name, argument }) => (argument === undefined ? [name] : [name, argument]))).toEqual(
        commands,
      );
    },
  );

  it('lists our own spellings with what their arguments come to', async () => {
    const { commands } = await parse('gitlab', 'Hi\n\n@tieline add_contacts ada@example.com, C2\n/label ~x');
    expect(commands).toMatchObject([
      { name: 'add_contacts', known: true, args: { contacts: ['ada@example.com', 'C2'] } },
      { name: 'label', argument: '~x', known: false },
    ]);
  });

  it('says it in words without --json', async () => {
    const ended = await runProgram(['parse', '--surface', 'gitlab'], {}, '/add_contacts ada@example.com\n');
    expect(ended.stdout).toBe('line 1: add_contacts ada@example.com\n');
    const none = await runProgram(['parse', '--surface', 'gitlab'], {}, 'Nothing here.');
    expect(none.stdout).toBe('No command.\n');
  });
});

describe('tieline parse --surface slack', () => {
  it('reads a line as /crm would', async () => {
    const { commands, problems } = await parse(
      'slack',
      '/crm New contact “Mary Ann” Jones <mailto:mary@example.com|mary@example.com> —org Navy',
    );
    expect(problems).toEqual([]);
    expect(commands).toMatchObject([
      {
        name: 'create_contact',
        known: true,
        args: { name: ['Mary Ann', 'Jones'], email: 'mary@example.com', org: 'Navy' },
      },
    ]);
  });

  it('says what is wrong with one', async () => {
    const { problems } = await parse('slack', '/crm new contact Grace Hopper emial=x');
    expect(problems.map(({ message }) => message)).toEqual(['There is no option emial= here.']);
  });
});
