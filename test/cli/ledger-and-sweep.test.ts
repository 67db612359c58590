import { Command, CommanderError } from 'commander';
import { describe, expect, it, vi } from 'vitest';
import { deliveriesCommand } from '../../src/cli/deliveries.ts';
import { explain } from '../../src/cli/exit.ts';
import { fail } from '../../src/domain/errors.ts';
import { GitLabRequestError } from '../../src/gitlab/client/request-error.ts';
import { runProgram, settingsOf } from '../support/program.ts';
import { useWorld } from '../support/tieline.ts';

// Starting node and compiling the program takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const world = useWorld();

const tieline = (line: string) =>
  runProgram(
    line.split(' '),
    settingsOf(world.config, { databaseUrl: world.db.connectionString, port: 3000 }),
  );

/** What a line that cannot be meant is told, without a process of its own. */
async function told(line: string): Promise<string> {
  let said = '';
  const writeErr = (text: string): void => {
    said += text;
  };
  const output = { writeErr, writeOut: () => {} };
  const command = new Command('tieline').addCommand(deliveriesCommand());
  const every = (one: Command): void => {
    one.exitOverride().configureOutput(output);
    one.commands.forEach(every);
  };
  every(command);
  const ended = await command.parseAsync(line.split(' '), { from: 'user' }).catch((error: unknown) => error);
  expect(ended).toBeInstanceOf(CommanderError);
  expect(ended).toMatchObject({ exitCode: 1 });
  return said;
}

describe('tieline deliveries', () => {
  it('shows what came in and takes it up again, which changes nothing', async () => {
    await world.answer('Pia on acme/app#1: @tieline add_contacts ada@example.com');
    const row = await world.db.database.prisma.delivery.findFirstOrThrow({
      where: { outcome: { startsWith: 'answered' } },
    });
    const shown = await tieline(`deliveries show ${row.id} --json`);
    expect(JSON.parse(shown.stdout)).toMatchObject({ id: Number(row.id), kind: 'note', state: 'done' });
    expect(shown.stdout).toContain('@tieline add_contacts ada@example.com');
    expect(shown.stdout).not.toContain(world.config.gitlab.webhookSecret);

    const again = await tieline(`deliveries replay ${row.id}`);
    expect(again).toMatchObject({ exitCode: 0, stderr: '' });
    expect(again.stdout).toContain(`The delivery ${row.id} is taken up again`);
    await world.settled();
    expect(world.heard()).toEqual([]);
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com']);
  });

  it('ends with 1 for a line that cannot be meant, and says what is wrong', async () => {
    const lines = [
      ['deliveries show first', 'It is a whole number, as list shows it.'],
      ['deliveries replay -1', 'It is a whole number, as list shows it.'],
      ['deliveries replay', "missing required argument 'number'"],
      ['deliveries list --state lost', 'Allowed choices are pending, done, sent, failed.'],
      ['deliveries list --since yesterday', 'It is a date such as 2026-05-04'],
      ['deliveries list --limit 0', 'It is a whole number from 1 to 1000.'],
      ['deliveries', 'Look at webhooks received and messages sent'],
    ] as const;
    for (const [line, text] of lines) expect(await told(line)).toContain(text);
  });
});

describe('tieline sweep', () => {
  it('says what it looked at and what it mended', async () => {
    const { iid } = await world.gitlab.as('olga').createIssue('acme/app', { title: 'Known' });
    await world.settled();
    world.gitlab.faults.dropDeliveries(10);
    await world.gitlab.as('olga').updateIssue('acme/app', iid, { title: 'Nobody heard' });
    await world.gitlab.idle();
    world.gitlab.faults.clear();
    const swept = await tieline('sweep --group acme');
    expect(swept).toMatchObject({ exitCode: 0, stderr: '' });
    expect(swept.stdout).toContain(`issue acme/app#${iid}: brought up to date (title)`);
    expect(swept.stdout).toMatch(/Looked at \d+ groups, \d+ projects and \d+ changed issues, with \d+ req/);
    await world.settled();
  });
});

it('an operator is told why GitLab could not be asked, and not what a user is', () => {
  const detail = 'GITLAB_TOKEN is wrong, expired or revoked';
  expect(explain(fail('unavailable.gitlab', { detail }))).toEqual({
    text: `${detail}.\nWhat to do says: tieline doctor`,
    exitCode: 1,
  });
  const refused = { failure: 'http', status: 403, retryAfterMs: null } as const;
  expect(explain(new GitLabRequestError('GitLab answered 403', refused)).text).toContain(
    'GitLab answered 403.',
  );
});
