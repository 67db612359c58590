import { describe, expect, it } from 'vitest';
import type { SlackMessage } from '../../src/sandbox/slack/state.ts';
import { buttonNamed } from '../support/as-read.ts';
import { slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** A group of acme with a project and an issue that Ada and Hedy are on, put under globex behind Tieline's back. */
async function movedGroup(name: string): Promise<string> {
  const olga = world.gitlab.as('olga');
  await olga.createGroup(`acme/${name}`);
  await olga.createProject(`acme/${name}/calls`);
  await olga.createIssue(`acme/${name}/calls`, { title: 'Rings' });
  await world.settled();
  await world.answer(`Pia: /crm link acme/${name}/calls#1 ada@example.com hedy@example.org`);
  await world.answer('Dev: /crm notify on acme only=transfers');
  await world.answer('Nina in #sales: /crm notify on globex only=transfers');
  await world.gitlab.transferGroup(`acme/${name}`, 'globex');
  await olga.comment(`globex/${name}/calls`, 1, 'Where are we?');
  await world.settled();
  return `globex/${name}/calls#1`;
}

const held = (what: string): string[] => [
  `Warning: The group ${what}; its customers wait for a decision.`,
  '2 contacts waiting · 1 organization waiting · 2 links waiting',
  'It is not known who moved it.',
  'Until then the links of its issues cannot be changed.',
  '[Migrate] [Leave behind]',
];

/** What comes back, in no order: every channel is served by itself. */
const comesBack = async (line: string): Promise<string[]> =>
  (await world.answer(line)).split(/\n(?=Tieline)/).sort();

describe('a group put under another root', () => {
  it('is held, told to both sides, and migrated by a button', async () => {
    const issue = await movedGroup('hotline');
    expect(world.heard().sort()).toEqual([
      `Tieline in #sales: ${held('globex/hotline moved from another hierarchy to globex').join('\n')}`,
      `Tieline in #support: ${held('acme/hotline moved from acme to another hierarchy').join('\n')}`,
    ]);
    await world.plays(`
      Nina in #sales: /crm contacts ${issue}
      Tieline: Warning: ${issue} moved to another hierarchy, and its contacts wait for a decision.
        Until then its contacts cannot be changed.
        Nothing was changed.

      Nina in #sales: /crm link ${issue} ada@example.com
      Tieline: Warning: ${issue} moved to another hierarchy, and its contacts wait for a decision.
        Until then its contacts cannot be changed.
        Nothing was changed.

      Nina in #sales: /crm transfers globex
      Tieline: 1 transfer in or out of globex.
        - #1 globex/hotline (group): another hierarchy → globex, waits for a decision
          2 contacts waiting · 1 organization waiting · 2 links waiting · It is not known who moved it.
        [Migrate] [Leave behind]
    `);
    expect(await comesBack('Nina presses: Migrate')).toEqual([
      'Tieline edits in #sales: The group globex/hotline moved from another hierarchy to globex.\n' +
        '  Migrated by Nina Novak.\n' +
        '  2 contacts: 1 copied and 1 merged with losses · 1 organization copied · 2 links moved',
      'Tieline edits in #support: The group acme/hotline moved from acme to another hierarchy.\n' +
        '  Migrated by Nina Novak.\n' +
        '  2 contacts: 1 copied and 1 merged with losses · 1 organization copied · 2 links moved',
      'Tieline edits: The customers of globex/hotline were brought over.\n' +
        '  2 contacts: 1 copied and 1 merged with losses\n  1 organization copied\n  2 links moved\n  [Report]',
    ]);
    await world.plays(`
      Nina in #sales: /crm transfer migrate 1
      Tieline: Nothing changed: the transfer of globex/hotline is done.
        2 contacts: 1 copied and 1 merged with losses
        1 organization copied
        2 links moved
        [Report]
    `);
    expect(await world.rows.linked(issue)).toEqual(['ada@example.com', 'hedy@example.org']);
  });

  it('is left behind by who may create contacts on either side, offered by no number, and by nobody else', async () => {
    const issue = await movedGroup('helpline');
    world.heard();
    await world.plays(`
      Gus: /crm transfer leave 1
      Tieline: Error: Transfer 1 does not exist, or you may not see it.
        See those of a group with /crm transfers path/of/group

      Pia: /crm transfer leave 1
      Tieline: Error: You may not create contacts in the old group or the new one.
        It takes the Developer role or higher there; ask one of its owners.

      Dev: /crm transfer migrate 1
      Tieline: Error: You may not create contacts in the new group.
        It takes the Developer role or higher there; ask one of its owners.

      Dev: /crm transfers acme
      Tieline: 1 transfer in or out of acme.
        - #1 acme/helpline (group): acme → another hierarchy, waits for a decision
          2 contacts waiting · 1 organization waiting · 2 links waiting · It is not known who moved it.
        [Leave behind] [Report]
    `);
    await world.plays(`
      Dev: /crm transfer leave
      Tieline: Which transfer do you want to leave behind?
        - #1 acme/helpline (group): acme → another hierarchy, waits for a decision
          2 contacts waiting · 1 organization waiting · 2 links waiting · It is not known who moved it.
        [Leave behind] [Report]
        Press a button, or type /crm transfer leave 1

      Dev: /crm transfer migrate
      Tieline: Nothing in or out of acme waits that you may migrate.
        See those of a group with /crm transfers path/of/group

      Gus: /crm transfer migrate group=acme
      Tieline: Error: You may not view contacts in acme.
        It takes the Planner role or higher there; ask one of its owners.

      Dev: /crm transfer report
      Tieline: 1 transfer in or out of acme.
        - #1 acme/helpline (group): acme → another hierarchy, waits for a decision
          2 contacts waiting · 1 organization waiting · 2 links waiting · It is not known who moved it.
        [Leave behind] [Report]
    `);
    expect(await comesBack('Nina: /crm transfer migrate')).toEqual([
      expect.stringMatching(/Which transfer do you want to migrate\?.*\[Migrate\] \[Leave behind\]/s),
    ]);
    expect(await comesBack('Dev: /crm transfer leave 1')).toEqual([
      'Tieline edits in #sales: The group globex/helpline moved from another hierarchy to globex.\n' +
        '  Left behind by Dev Devani.\n  2 links dropped',
      'Tieline edits in #support: The group acme/helpline moved from acme to another hierarchy.\n' +
        '  Left behind by Dev Devani.\n  2 links dropped',
      'Tieline: The customers of acme/helpline stay where they were.\n  2 links dropped\n  [Report]',
    ]);
    expect(await world.rows.linked(issue)).toEqual([]);
    const report = await world.answer('Dev: /crm transfer report 1');
    expect(report).toContain('#1 acme/helpline (group): acme → another hierarchy, left behind');
    expect(report.match(/Link of issue \d+ to C\d+ dropped/g)).toHaveLength(2);
  });

  it('says so in every notice of it, and offers nothing there any more, once it has moved back', async () => {
    await movedGroup('frontdesk');
    world.heard();
    await world.gitlab.transferGroup('globex/frontdesk', 'acme');
    await world.gitlab.as('olga').comment('acme/frontdesk/calls', 1, 'Back again.');
    await world.settled();
    const closed = 'There is nothing to decide any more: it moved back.';
    expect(world.heard().sort()).toEqual([
      `Tieline edits in #sales: The group globex/frontdesk moved from another hierarchy to globex.\n${closed}`,
      `Tieline edits in #support: The group acme/frontdesk moved from acme to another hierarchy.\n${closed}`,
    ]);
  });

  it('is told once where both sides meet, pressed twice at once, and in person too', async () => {
    const nina = slackIdOf('nina');
    await world.rows.subscribe(nina, 'globex', ['transfers']);
    await movedGroup('doorbell');
    const asked = world.heard().find((line) => line.startsWith('Tieline in person: Warning: The group'));
    expect(asked).toContain('[Migrate] [Leave behind]');
    const asking = world.slack.messages().filter(isHeldNotice);
    expect(asking).toHaveLength(3);
    await Promise.all(asking.map((message) => leaveBehind(nina, message)));
    await world.settled();
    const heard = world.heard();
    const edits = heard.filter((line) => /^Tieline edits (in #|in person)/.test(line));
    expect(edits).toHaveLength(3);
    for (const line of edits) expect(line).toContain('Left behind by Nina Novak.');
    expect(heard.join('\n')).not.toContain('[Migrate]');
    expect(world.slack.messages().filter(isHeldNotice)).toEqual([]);
  });

  it('decided when its notice has been deleted edits the others, and nothing fails', async () => {
    await movedGroup('switchboard');
    world.heard();
    world.slack.fail('chat.update', { error: 'message_not_found' });
    const heard = await comesBack('Dev: /crm transfer leave 1');
    expect(heard.filter((line) => line.includes('Left behind by Dev Devani.'))).toHaveLength(1);
    const rows = await world.db.database.prisma.outboxMessage.findMany({ where: { kind: 'slack.edit' } });
    expect(rows.map(({ state, outcome }) => [state, outcome]).sort()).toEqual([
      ['sent', 'edited'],
      ['sent', 'the message has been deleted'],
    ]);
  });

  it('decided while Slack is not to be had has its outcome stand there afterwards', async () => {
    await movedGroup('pager');
    world.heard();
    world.slack.rateLimit('chat.update', { retryAfterSec: 1, times: 1 });
    const heard = await comesBack('Dev: /crm transfer leave 1');
    expect(heard.filter((line) => line.includes('Left behind by Dev Devani.'))).toHaveLength(2);
  });
});

/** Presses the button of a notice. */
async function leaveBehind(person: string, message: SlackMessage): Promise<void> {
  const button = buttonNamed(message, 'Leave behind');
  if (!button) throw new Error('a notice has no button');
  await world.slack.as(person).click(message, button.actionId, { value: button.value });
}

const isHeldNotice = ({ text, deleted }: SlackMessage): boolean =>
  !deleted && text.includes('its customers wait for a decision');
