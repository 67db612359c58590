import { expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** Lets so many contacts be created while Slack takes its time over the notice of the first. */
async function createAtOnce(names: readonly string[]): Promise<void> {
  const { outboxMessage } = world.db.database.prisma;
  const release = world.slack.hang('chat.postMessage');
  try {
    for (const name of names) {
      await world.starts(`Dev: /crm new contact ${name} Doe`);
      await world.tieline.slack.drain(5_000);
      await expect.poll(() => outboxMessage.count({ where: { attempts: { gt: 0 } } })).toBe(1);
    }
    expect(await outboxMessage.count({ where: { state: 'pending' } })).toBe(names.length);
  } finally {
    release();
  }
  await world.settled();
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `Name${n + 1}`);
const inSales = (): string[] => world.heard().filter((line) => line.startsWith('Tieline in #sales'));
const notices = () =>
  world.db.database.prisma.outboxMessage.findMany({
    where: { kind: 'slack.notice' },
    orderBy: { id: 'asc' },
  });

it('a burst goes out in one message after the first, nothing lost, and the ledger says where each is', async () => {
  await world.rows.subscribe('C0SALES01', 'acme');
  await createAtOnce(names(8));
  expect(inSales()).toEqual([
    'Tieline in #sales: Dev Devani created the contact Name1 Doe.',
    `Tieline in #sales: 7 things happened.\n${names(8)
      .slice(1)
      .map((name) => `- Dev Devani created the contact ${name} Doe.`)
      .join('\n')}`,
  ]);
  const [, digest, ...rest] = await notices();
  expect(digest).toMatchObject({ state: 'sent', outcome: 'posted' });
  expect(rest).toHaveLength(6);
  for (const row of rest) {
    expect(row).toMatchObject({
      state: 'sent',
      outcome: `in message ${digest?.id}: posted`,
      remoteRef: digest?.remoteRef,
    });
  }
});

it('a large burst shows its beginning, and all of it to whoever is in the channel and asks', async () => {
  await world.rows.subscribe('C0SALES01', 'acme');
  await createAtOnce(names(27));
  const [, digest = ''] = inSales();
  expect(digest).toContain('26 things happened.');
  expect(digest).toContain('Name21 Doe.');
  expect(digest).not.toContain('Name22 Doe.');
  expect(digest).toMatch(/And 6 more: \/crm digest \d+/);
  const first = await world.answer('Pia presses: Show all');
  expect(first).toContain('1 to 20 of 26.');
  const second = await world.answer('Pia presses: More');
  expect(second).toContain('Name27 Doe.');
  expect(second).toContain('21 to 26 of 26.');
  const id = /digest (\d+)/.exec(digest)?.[1];
  const elsewhere = `Tieline: Warning: This channel got no digest ${id}, or not so long a one.\n  Ask in the channel where it stands.`;
  expect(await world.answer(`Nina in #general: /crm digest ${id}`)).toBe(elsewhere);
  expect(await world.answer(`Nina in #general: /crm digest ${id} page=9`)).toBe(elsewhere);
});

it('a burst to one person is theirs to see in full, wherever they ask', async () => {
  await world.rows.subscribe('U0PIA0001', 'acme');
  await createAtOnce(names(23));
  const digest = world.heard().find((line) => line.includes('22 things happened.')) ?? '';
  expect(digest).toContain('Tieline in person');
  const id = /digest (\d+)/.exec(digest)?.[1];
  expect(await world.answer(`Pia in #general: /crm digest ${id} page=2`)).toContain('21 to 22 of 22.');
  expect(await world.answer(`Rita in #general: /crm digest ${id}`)).toContain('got no digest');
});
