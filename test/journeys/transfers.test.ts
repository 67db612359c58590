import { describe, expect, it } from 'vitest';
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
      'Tieline edits: The customers of globex/hotline were brought over.\n' +
        '  2 contacts: 1 copied and 1 merged with losses\n  1 organization copied\n  2 links moved\n  [Report]',
      'Tieline in #sales: Nina Novak brought the customers of the group globex/hotline from another hierarchy to globex.\n' +
        '  2 contacts: 1 copied and 1 merged with losses · 1 organization copied · 2 links moved',
      'Tieline in #support: Nina Novak brought the customers of the group acme/hotline from acme to another hierarchy.\n' +
        '  2 contacts: 1 copied and 1 merged with losses · 1 organization copied · 2 links moved',
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

  it('is left behind by who may create contacts on either side, and by nobody else', async () => {
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
    expect(await comesBack('Dev: /crm transfer leave 1')).toEqual([
      'Tieline in #sales: Dev Devani left the customers of the group globex/helpline behind.\n  2 links dropped',
      'Tieline in #support: Dev Devani left the customers of the group acme/helpline behind.\n  2 links dropped',
      'Tieline: The customers of acme/helpline stay where they were.\n  2 links dropped\n  [Report]',
    ]);
    expect(await world.rows.linked(issue)).toEqual([]);
    const report = await world.answer('Dev: /crm transfer report 1');
    expect(report).toContain('#1 acme/helpline (group): acme → another hierarchy, left behind');
    expect(report.match(/Link of issue \d+ to C\d+ dropped/g)).toHaveLength(2);
  });
});
