import { afterEach, describe, expect, it } from 'vitest';
import { viewText } from '../support/as-read.ts';
import { slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
afterEach(() => world.gitlab.setRole('max', 'acme', 'maintainer'));

/** Max asks on his home tab to be told of everything in acme. */
async function asksToBeTold(): Promise<void> {
  const max = world.slack.as(slackIdOf('max'));
  await max.openHome();
  await world.settled();
  const home = max.home();
  if (!home) throw new Error('no page');
  const elements = home.blocks.flatMap((block) => (block['elements'] ?? []) as Record<string, never>[]);
  const button = elements.find(({ text }) => text?.['text'] === 'My notices') as
    | { action_id: string; value: string }
    | undefined;
  if (!button) throw new Error('no button');
  await max.click(home, button.action_id, { value: button.value });
  await world.settled();
  const form = max.view();
  if (!form) throw new Error('no form');
  await max.submit(form, { topics: ['contacts', 'transfers'] });
  await world.settled();
  const told = max.view();
  expect(told && viewText(told)).toContain('You will hear what happens in acme.');
  world.heard();
}
const outcomes = async (): Promise<(string | null)[]> =>
  (
    await world.db.database.prisma.outboxMessage.findMany({
      where: { kind: 'slack.notice' },
      orderBy: { id: 'asc' },
    })
  ).map(({ outcome }) => outcome);

describe('somebody who is told in person', () => {
  it('hears what others do, and not what they did themselves', async () => {
    await asksToBeTold();
    const heard = await world.answer('Dev: /crm new contact Homer Simpson');
    expect(heard).toContain('Tieline in person: Dev Devani created the contact Homer Simpson.');
    await world.plays(`
      Max: /crm new contact Lisa Simpson
      Tieline: Contact Lisa Simpson created.
        Number: C32
        Link to an issue with /crm link group/project#1 C32
    `);
    expect(await outcomes()).toEqual(['posted']);
  });

  it('hears nothing more of a group that they may not see any more, and does again once they may', async () => {
    await asksToBeTold();
    await world.gitlab.setRole('max', 'acme', 'guest');
    await world.settled();
    expect(await world.answer('Dev: /crm new contact Homer Simpson')).not.toContain('in person');
    await world.gitlab.setRole('max', 'acme', 'maintainer');
    await world.settled();
    expect(await world.answer('Dev: /crm new contact Lisa Simpson')).toContain(
      'in person: Dev Devani created the contact Lisa',
    );
    expect(await outcomes()).toEqual(['left out: the person may not see it any more', 'posted']);
  });

  it('reads in a digest what they may see, and no page of it once they may not', async () => {
    await asksToBeTold();
    const { outboxMessage } = world.db.database.prisma;
    const release = world.slack.hang('chat.postMessage');
    for (let n = 1; n <= 23; n += 1) {
      await world.starts(`Dev: /crm new contact Number${n} Doe`);
      await world.tieline.slack.drain(5_000);
      await expect.poll(() => outboxMessage.count({ where: { attempts: { gt: 0 } } })).toBe(1);
    }
    release();
    await world.settled();
    const digest = world.heard().find((line) => line.includes('22 things happened.')) ?? '';
    const id = /digest (\d+)/.exec(digest)?.[1];
    expect(await world.answer(`Max: /crm digest ${id} page=2`)).toContain('21 to 22 of 22.');
    await world.gitlab.setRole('max', 'acme', 'guest');
    await world.settled();
    expect(await world.answer(`Max: /crm digest ${id} page=2`)).toContain('This channel got no digest');
  });

  it('is asked for a decision, and sees what came of it', async () => {
    await asksToBeTold();
    const olga = world.gitlab.as('olga');
    await olga.createGroup('acme/crew');
    await olga.createProject('acme/crew/calls');
    await olga.createIssue('acme/crew/calls', { title: 'Rings' });
    await world.settled();
    await world.answer('Pia: /crm link acme/crew/calls#1 ada@example.com');
    await world.gitlab.transferGroup('acme/crew', 'globex');
    await olga.comment('globex/crew/calls', 1, 'Where are we?');
    await world.settled();
    expect(world.heard().join('\n')).toContain('Tieline in person: Warning: The group acme/crew moved');
    const home = await world.answer('Dev: /crm transfer leave 1');
    expect(home).toContain('Tieline edits in person: The group acme/crew moved');
  });
});
