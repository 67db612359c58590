import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { argFields, type Command } from '../../src/commands/command.ts';
import type { CommandContext } from '../../src/commands/context.ts';
import { parseText } from '../../src/commands/parse-text.ts';
import { COMMANDS, gitlabCommand, slackCommand } from '../../src/commands/registry.ts';
import { plainText, type Reply } from '../../src/commands/reply.ts';
import { gitlabUsage, slackUsage, whoMay } from '../../src/commands/usage.ts';
import { gitLabUserId } from '../../src/domain/ids.ts';
import { POLICY } from '../../src/policy/table.ts';
import type { ServiceDeps } from '../../src/services/deps.ts';
import type { DirectoryIssue } from '../../src/services/ports.ts';

const BOT = 'tieline';
const phrasesOf = ({ surfaces: { slack } }: Command): string[][] =>
  slack ? [slack.words, ...(slack.aliases ?? [])].map((words) => [...words]) : [];
const actionsOf = ({ surfaces: { gitlab } }: Command): string[] =>
  gitlab ? [gitlab.name, ...(gitlab.aliases ?? [])] : [];
const titled = COMMANDS.map((command) => [command.name, command] as const);

describe('the names of commands', () => {
  test('are unique', () => {
    const names = COMMANDS.map(({ name }) => name);
    expect([...new Set(names)]).toEqual(names);
  });

  test('mean one command, whichever surface they are typed on', () => {
    const owners = new Map<string, Set<string>>();
    for (const command of COMMANDS) {
      const spellings = [
        command.name,
        ...actionsOf(command),
        ...phrasesOf(command).map((words) => words.join(' ')),
      ];
      for (const spelling of spellings)
        owners.set(spelling, (owners.get(spelling) ?? new Set()).add(command.name));
    }
    expect([...owners].filter(([, commands]) => commands.size > 1)).toEqual([]);
  });

  test.each(titled)('%s is snake_case, and so are its quick actions', (name, command) => {
    for (const word of [name, ...actionsOf(command)]) expect(word).toMatch(/^[a-z]+(?:_[a-z]+)*$/);
  });

  test.each(titled)('%s is found by each of them, in any case', (_name, command) => {
    for (const words of phrasesOf(command)) {
      expect(slackCommand(words)).toEqual({ command, taken: words.length });
      expect(slackCommand(words.map((word) => word.toUpperCase()))?.command).toBe(command);
      expect(slackCommand([...words, 'more', 'words'])).toEqual({ command, taken: words.length });
    }
    for (const name of actionsOf(command)) {
      expect(gitlabCommand(name)).toBe(command);
      expect(gitlabCommand(name.toUpperCase())).toBe(command);
    }
  });

  test('are not found by what only starts like them', () => {
    expect([slackCommand(['new']), slackCommand(['finder']), slackCommand([])]).toEqual([null, null, null]);
    expect([gitlabCommand('add_contact'), gitlabCommand('close')]).toEqual([null, null]);
  });
});

describe.each(titled)('%s', (_name, command) => {
  test('can be given somewhere', () => {
    expect(command.surfaces.slack ?? command.surfaces.gitlab).toBeDefined();
  });

  test('has one line in the imperative that says what it does', () => {
    expect(command.summary).toMatch(/^\p{Lu}[^\n.]{5,70}$/u);
    if (command.details !== undefined) expect(command.details).toMatch(/^\p{Lu}[^\n]*\.$/u);
  });

  test('has examples for each surface that it can be given on, two in all', () => {
    const surfaces = command.examples.map((example) => (example.startsWith('/crm') ? 'slack' : 'gitlab'));
    expect([...new Set(surfaces)].sort()).toEqual(Object.keys(command.surfaces).sort());
    const takesNothing = argFields(command.args).length === 0;
    expect(command.examples.length).toBeGreaterThanOrEqual(takesNothing ? 1 : 2);
  });

  test.each(command.examples)('is what “%s” runs, without a problem', (example) => {
    const surface = example.startsWith('/crm') ? 'slack' : 'gitlab';
    const { commands, problems } = parseText(example, { surface, botUsername: BOT });
    expect(problems).toEqual([]);
    expect(commands).toMatchObject([{ name: command.name, known: true }]);
  });

  test('is ruled by a row of the policy table, or by none', () => {
    if (command.ability !== null) expect(Object.keys(POLICY)).toContain(command.ability);
  });

  test('says of each argument how it is typed, and gives no key two meanings', () => {
    const keys = argFields(command.args)
      .filter(({ meta }) => meta.typed === 'option' || meta.typed === 'flag')
      .flatMap(({ name, meta }) => [name, ...(meta.aliases ?? [])]);
    expect([...new Set(keys)]).toEqual(keys);
    // Every `/crm` command takes these.
    for (const shared of ['group', 'public', 'remember']) expect(keys).not.toContain(shared);
  });
});

describe('a journey', () => {
  const directory = new URL('../journeys/', import.meta.url);
  const journeys = readdirSync(directory)
    .map((name) => readFileSync(new URL(name, directory), 'utf8'))
    .join('\n');

  /** How a person would type it in a transcript or a table: the words, then an argument or the end. */
  const typed = (words: string): RegExp => new RegExp(`(?:/crm |@${BOT} |['"\`])${words}(?:[ '"\`]|$)`, 'm');

  /** Those that no journey tells of yet. */
  const UNTOLD: readonly string[] = ['transfers'];

  /** The ways of giving a command that no journey shows. */
  function untold({ surfaces: { slack, gitlab } }: Command): string[] {
    const spellings = [...(slack ? [slack.words.join(' ')] : []), ...(gitlab ? [gitlab.name] : [])];
    return spellings.filter((words) => !typed(words).test(journeys));
  }

  // What only buttons run is told of by pressing them.
  test.each(titled.filter(([name, command]) => !command.hidden && !UNTOLD.includes(name)))(
    'tells of %s on each surface that it can be given on',
    (_name, command) => expect(untold(command)).toEqual([]),
  );
});

describe('help', () => {
  /** Help reaches for nothing: whatever it would ask for is not there. */
  const nothing = new Proxy({} as ServiceDeps, {
    get: (_target, name) => expect.fail(`help asked for ${String(name)}`),
  });
  const context = (where: CommandContext['where']): CommandContext => ({
    deps: nothing,
    actor: {
      userId: gitLabUserId(1),
      username: 'pia',
      name: 'Pia Planck',
      surface: where.surface,
      deliveryKey: 'd',
      runKey: 'r',
      position: 0,
      roles: new Map(),
    },
    where,
    typed: 'help',
    botUsername: BOT,
  });
  const onSlack = context({
    surface: 'slack',
    place: { teamId: 'T1', channelId: 'C1', slackUserId: 'U1' },
    group: null,
    identifiedBy: 'email',
  });
  const onGitLab = context({ surface: 'gitlab', issue: {} as DirectoryIssue });

  const asked = (where: CommandContext, command?: string): Promise<Reply> => {
    const help = COMMANDS.find(({ name }) => name === 'help');
    if (!help) throw new Error('there is no help');
    return help.execute(where, command === undefined ? {} : { command });
  };

  /** A reply in lines. */
  const lines = ({ title, blocks }: Reply): string =>
    [
      plainText(title),
      ...blocks.flatMap((block) => {
        if (block.kind === 'text' || block.kind === 'hint') return [plainText(block.text)];
        if (block.kind !== 'list') return [];
        return block.items.flatMap(({ text, detail }) => [
          `- ${plainText(text)}`,
          ...(detail === undefined ? [] : [`  ${plainText(detail)}`]),
        ]);
      }),
      '',
    ].join('\n');

  test('on Slack reads like this', async () => {
    await expect(lines(await asked(onSlack, 'all'))).toMatchFileSnapshot('snapshots/help-on-slack.txt');
  });

  test('in a comment reads like this', async () => {
    await expect(lines(await asked(onGitLab))).toMatchFileSnapshot('snapshots/help-in-a-comment.txt');
  });

  test('is found by whatever people call a command', async () => {
    for (const command of COMMANDS) {
      for (const words of phrasesOf(command))
        expect(plainText((await asked(onSlack, words.join(' '))).title)).toBe(`${command.summary}.`);
    }
  });

  test('does not tell of what only buttons use', async () => {
    for (const command of COMMANDS) {
      const usage = slackUsage(command) ?? '';
      for (const { name, meta } of argFields(command.args))
        if (meta.hidden) expect(usage).not.toContain(`${name}=`);
    }
  });

  test('of a command that there is not names the nearest', async () => {
    await expect(asked(onSlack, 'lnik')).rejects.toMatchObject({
      code: 'parse.unknown_command',
      data: { word: 'lnik', near: 'link' },
    });
  });
});

test('the usage lines and who may read like this', async () => {
  const usages = COMMANDS.filter(({ hidden }) => !hidden).map((command) =>
    [slackUsage(command), gitlabUsage(command, BOT), `  ${whoMay(command)}`]
      .filter((line) => line !== null)
      .join('\n'),
  );
  await expect(`${usages.join('\n\n')}\n`).toMatchFileSnapshot('snapshots/usage.txt');
});
