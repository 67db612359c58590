import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandsDocument } from '../../scripts/documents/commands.ts';
import { table } from '../../scripts/documents/markdown.ts';
import { permissionsDocument } from '../../scripts/documents/permissions.ts';
import { envExample, settingsDocument } from '../../scripts/documents/settings.ts';
import { argFields } from '../../src/commands/command.ts';
import { COMMANDS } from '../../src/commands/registry.ts';
import { loadConfig } from '../../src/config.ts';
import { POLICY } from '../../src/policy/table.ts';
import { describeSettings } from '../../src/settings.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

function generate(root: string, ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'scripts/generate-docs.ts', ...args],
    { cwd: root, encoding: 'utf8' },
  );
  return { status, stdout, stderr };
}

test('the documents in the repository say what the code does', () => {
  expect(generate(ROOT, '--check')).toEqual({ status: 0, stdout: '', stderr: '' });
});

describe('in a copy of the repository', () => {
  let copy = '';
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'tieline-docs-'));
    for (const name of ['src', 'scripts', 'package.json'])
      cpSync(join(ROOT, name), join(copy, name), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test('missing documents are stale, are written, and are fine then', () => {
    const before = generate(copy, '--check');
    expect(before.status).toBe(1);
    for (const path of ['docs/commands.md', 'docs/permissions.md', 'docs/settings.md', '.env.example'])
      expect(before.stderr).toContain(`${path} is stale`);
    expect(generate(copy).stdout).toContain('wrote docs/commands.md');
    expect(generate(copy, '--check')).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('only the stale one is named, with the command that mends it', () => {
    mkdirSync(join(copy, 'docs'), { recursive: true });
    generate(copy);
    writeFileSync(join(copy, 'docs/settings.md'), '# Settings\n');
    expect(generate(copy, '--check')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'docs/settings.md is stale: it does not say what the code does.\n' +
        'Write it anew and commit it: npx tsx scripts/generate-docs.ts\n',
    });
    expect(generate(copy).stdout).toBe('wrote docs/settings.md\n');
  });
});

const SHOWN = COMMANDS.filter(({ hidden }) => !hidden);

describe('docs/commands.md', () => {
  const text = commandsDocument();

  test('has a section for every command, with its summary and examples', () => {
    for (const { summary, examples } of SHOWN) {
      expect(text).toContain(`\n${summary}. `.trimEnd());
      for (const example of examples) expect(text).toContain(`\n${example}\n`);
    }
  });

  test('links to sections that are there', () => {
    const anchors = new Set(
      [...text.matchAll(/^## (.*)$/gm)].map(([, heading = '']) =>
        heading
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      ),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, target = '']) => target);
    expect(links).toHaveLength(SHOWN.length);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });

  test('does not tell of options that only buttons use', () => {
    for (const command of SHOWN) {
      const hidden = argFields(command.args).flatMap(({ name, meta }) => (meta.hidden ? [`${name}=`] : []));
      const [, section = ''] = text.split(`\n${command.summary}. `.trimEnd());
      for (const option of hidden) expect(section.split('\n## ')[0]).not.toContain(option);
    }
    expect(text).not.toContain('--remember');
  });
});

describe('docs/permissions.md', () => {
  test('has a row for every ability, and each command that it rules', () => {
    const text = permissionsDocument();
    for (const ability of Object.keys(POLICY)) expect(text.split(`\`${ability}\``)).toHaveLength(3);
    for (const { ability, surfaces } of SHOWN)
      if (ability !== null && surfaces.slack)
        expect(text).toContain(`\`/crm ${surfaces.slack.words.join(' ')}\``);
  });
});

describe('docs/settings.md and .env.example', () => {
  test('tell of every setting once', () => {
    const rows = settingsDocument().match(/^\| `\w+`/gm) ?? [];
    expect(rows.map((row) => row.slice(3, -1)).sort()).toEqual(
      describeSettings()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('an example that is copied as it is means sandbox mode', () => {
    const lines = envExample().split('\n');
    expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toEqual([]);
  });

  test('an example with every # taken away from its settings keeps the defaults', () => {
    const env = Object.fromEntries(
      [...envExample().matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    expect(Object.keys(env)).toContain('GITLAB_TOKEN');
    const { server, platforms } = loadConfig(env);
    expect([{ ...server, logLevel: null }, platforms]).toEqual([loadConfig({}).server, null]);
  });
});

test('a table keeps its columns where a cell holds a bar', () => {
  expect(table(['a', 'b'], [['on|off', 'x']])).toBe(
    '| a       | b   |\n| ------- | --- |\n| on\\|off | x   |',
  );
});
