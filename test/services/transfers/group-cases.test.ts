import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../../../src/domain/customers.ts';
import { transferGroup } from '../../../src/services/transfers/transfer-group.ts';
import { openTransferStage, type TransferStage } from '../../support/transfer-stage.ts';

/**
 * GitLab's own cases of a group transfer, numbered as it is documented: root R with a project in each group, subgroups A
 * and B, AA under A; four contacts and two organizations in R; one link per project; olga owns R.
 */
let stage: TransferStage;
let contacts: readonly [Contact, Contact, Contact, Contact];

beforeAll(async () => {
  stage = await openTransferStage();
});
afterAll(async () => stage.close());

const tell = (group: string, actor: string | null) =>
  transferGroup(stage.deps, actor === null ? null : stage.actor(actor), {
    hierarchy: stage.hierarchy(group),
  });

const linkState = async () =>
  Promise.all(['PR#1', 'PA#1', 'PB#1', 'PAA#1'].map((issue) => stage.links(issue)));
const linkCount = () => stage.db.database.prisma.issueContact.count();

beforeEach(async () => {
  await stage.reset();
  await stage.group('R');
  await stage.group('A', 'R');
  await stage.group('B', 'R');
  await stage.group('AA', 'A');
  await stage.group('N');
  await stage.group('NS', 'N');
  stage.person('olga', { R: 'owner', N: 'owner' });
  stage.person('sid', { R: 'owner', NS: 'owner' });
  await stage.organization('R', 'Org One', { rate: '10.00' });
  await stage.organization('R', 'Org Two');
  contacts = [
    await stage.contact('R', 'Ada One', { email: 'ada@example.com', organization: 'Org One' }),
    await stage.contact('R', 'Bob Two', { email: 'bob@example.com', organization: 'Org Two' }),
    await stage.contact('R', 'Cyd Three', { email: 'cyd@example.com' }),
    await stage.contact('R', 'Dan Four', { email: 'dan@example.com' }),
  ];
  const places = [
    ['PR', 'R'],
    ['PA', 'A'],
    ['PB', 'B'],
    ['PAA', 'AA'],
  ] as const;
  for (const [index, [project, group]] of places.entries()) {
    await stage.project(project, group);
    const contact = contacts[index];
    if (contact) await stage.link(await stage.issue(project), contact);
  }
});

describe('within one hierarchy nothing changes', () => {
  it.each([
    [1, 'AA', 'R'],
    [2, 'A', 'B'],
    [3, 'AA', 'B'],
  ] as const)('case %i: %s moves under %s and every link stays', async (_case, group, parent) => {
    const before = await linkState();
    stage.moveGroup(group, parent);
    const done = await tell(group, 'olga');
    expect(done).toEqual({ transfers: [], held: [] });
    expect(await linkState()).toEqual(before);
    expect(await stage.transfers()).toEqual([]);
  });
});

describe('a root group put under another one', () => {
  it.each([
    [4, 'N'],
    [5, 'NS'],
  ] as const)('case %i: under %s all its customers go along and every link stays', async (_case, parent) => {
    stage.moveGroup('R', parent);
    const { transfers } = await tell('R', 'olga');
    expect(transfers.map(({ state, counts }) => ({ state, counts }))).toEqual([
      {
        state: 'applied',
        counts: { contacts: { moved: 4 }, organizations: { moved: 2 }, links: { moved: 4 } },
      },
    ]);
    expect(await stage.contacts('R')).toEqual([]);
    expect(await stage.organizations('R')).toEqual([]);
    expect((await stage.contacts('N')).map((c) => [c.id, c.firstName, c.organization?.name ?? null])).toEqual(
      [
        [contacts[0].id, 'Ada', 'Org One'],
        [contacts[1].id, 'Bob', 'Org Two'],
        [contacts[2].id, 'Cyd', null],
        [contacts[3].id, 'Dan', null],
      ],
    );
    expect(await linkState()).toEqual(
      contacts.map((contact) => ({ group: 'N', ids: [contact.id], names: [contact.firstName] })),
    );
  });

  it('case 6: an owner of the subgroup only is refused; GitLab has moved it already, so it is held', async () => {
    stage.moveGroup('R', 'NS');
    const before = await linkState();
    const { transfers } = await tell('R', 'sid');
    expect(transfers.map(({ state, reason }) => ({ state, reason }))).toEqual([
      { state: 'held', reason: 'role' },
    ]);
    expect(await linkState()).toEqual(before);
    expect(await stage.contacts('R')).toHaveLength(4);
  });

  it('cases 7, 8, 9 and 11: duplicates by name and address are merged, ignoring case, and nothing is left', async () => {
    await stage.organization('N', 'ORG ONE');
    const twin = await stage.contact('N', 'Adelaide One', { email: 'ADA@Example.com' });
    stage.moveGroup('R', 'N');
    const { transfers } = await tell('R', 'olga');
    expect(transfers[0]?.counts).toEqual({
      contacts: { moved: 3, conflict: 1 },
      organizations: { moved: 1, conflict: 1 },
      links: { moved: 4 },
    });
    expect((await stage.organizations('N')).map(({ name }) => name).sort()).toEqual(['ORG ONE', 'Org Two']);
    expect((await stage.contacts('N')).map(({ email }) => email).sort()).toEqual([
      'ADA@Example.com',
      'bob@example.com',
      'cyd@example.com',
      'dan@example.com',
    ]);
    expect(await stage.links('PR#1')).toEqual({ group: 'N', ids: [twin.id], names: ['Adelaide'] });
    expect(await stage.links('PA#1')).toEqual({ group: 'N', ids: [contacts[1].id], names: ['Bob'] });
    expect([await stage.contacts('R'), await stage.organizations('R')]).toEqual([[], []]);
  });

  it('case 12: a row keeps its state, times, phone and description, and its organization by name', async () => {
    const old = new Date('2020-01-02T03:04:05.000Z');
    const here = await stage.organization('N', 'org one');
    await stage.contact('R', 'Eve Five', {
      email: 'eve@example.com',
      phone: '123',
      description: 'old friend',
      organization: 'Org One',
      active: false,
      createdAt: old,
    });
    stage.moveGroup('R', 'N');
    await tell('R', 'olga');
    const eve = (await stage.contacts('N')).find(({ firstName }) => firstName === 'Eve');
    expect(eve).toMatchObject({
      phone: '123',
      description: 'old friend',
      active: false,
      createdAt: old,
      updatedAt: old,
      organizationId: here.id,
    });
  });

  it('case 13, differing: the contact there wins, but what it left blank is filled from its duplicate', async () => {
    await stage.contact('R', 'Eve Five', { email: 'eve@example.com', phone: '123', description: 'theirs' });
    const twin = await stage.contact('N', 'Eva Fifth', {
      email: 'eve@example.com',
      description: 'ours',
      active: false,
    });
    stage.moveGroup('R', 'N');
    await tell('R', 'olga');
    const kept = (await stage.contacts('N')).find(({ id }) => id === twin.id);
    expect(kept).toMatchObject({
      firstName: 'Eva',
      lastName: 'Fifth',
      description: 'ours',
      active: false,
      phone: '123',
    });
    const [transfer] = await stage.transfers();
    expect(transfer?.entries.filter(({ outcome }) => outcome === 'conflict')).toMatchObject([
      {
        kind: 'contact',
        targetId: twin.id,
        data: { firstName: 'Eve', lastName: 'Five', description: 'theirs', active: true },
      },
    ]);
  });

  it('case 16: organizations without contacts also take the right in the new root', async () => {
    await stage.db.database.prisma.issueContact.deleteMany();
    await stage.db.database.prisma.contact.deleteMany();
    stage.moveGroup('R', 'N');
    const { transfers } = await tell('R', 'sid');
    expect(transfers.map(({ state }) => state)).toEqual(['held']);
    expect(await stage.organizations('R')).toHaveLength(2);
  });

  it('case 17: with neither contacts nor organizations it is done whatever the rights', async () => {
    await stage.db.database.prisma.issueContact.deleteMany();
    await stage.db.database.prisma.contact.deleteMany();
    await stage.db.database.prisma.organization.deleteMany();
    stage.moveGroup('R', 'N');
    const { transfers, held } = await tell('R', 'sid');
    expect(transfers.map(({ state, counts }) => ({ state, counts }))).toEqual([
      { state: 'applied', counts: { contacts: {}, organizations: {}, links: {} } },
    ]);
    expect(held).toEqual([]);
  });

  it('case 18, differing: a contact without an address moves with its links', async () => {
    const nameless = await stage.contact('R', 'Fay Six');
    await stage.link('PR#1', nameless);
    stage.moveGroup('R', 'N');
    await tell('R', 'olga');
    expect((await stage.links('PR#1')).ids).toEqual([contacts[0].id, nameless.id]);
  });
});

describe('a subgroup that leaves its root', () => {
  it('case 10 and 19, differing: only what its own issues link is copied; the rest of the old root is untouched', async () => {
    const before = await stage.contacts('R');
    stage.moveGroup('A', 'N');
    const { transfers } = await tell('A', 'olga');
    expect(transfers[0]?.counts).toEqual({
      contacts: { copied: 2 },
      organizations: { copied: 1 },
      links: { moved: 2 },
    });
    expect(await stage.contacts('R')).toEqual(before);
    expect((await stage.contacts('N')).map((c) => [c.firstName, c.organization?.name ?? null])).toEqual([
      ['Bob', 'Org Two'],
      ['Dan', null],
    ]);
    expect(await stage.links('PA#1')).toMatchObject({ group: 'N', names: ['Bob'] });
    expect(await stage.links('PAA#1')).toMatchObject({ group: 'N', names: ['Dan'] });
    expect(await stage.links('PR#1')).toMatchObject({ group: 'R', ids: [contacts[0].id] });
    expect(await stage.links('PB#1')).toMatchObject({ group: 'R', ids: [contacts[2].id] });
    expect(await linkCount()).toBe(4);
  });

  it('case 14: with a source of its own nothing is brought, and nothing is asked', async () => {
    await stage.configure('A', { source: 'R' });
    stage.moveGroup('A', 'N');
    const before = await linkState();
    expect(await tell('A', null)).toEqual({ transfers: [], held: [] });
    expect(await linkState()).toEqual(before);
  });

  it('case 15, differing: made a root, it takes copies of what it links, so that no link crosses crm groups', async () => {
    stage.person('olga', { R: 'owner', N: 'owner', A: 'owner' });
    stage.moveGroup('A', null);
    const { transfers } = await tell('A', 'olga');
    expect(transfers[0]?.counts).toEqual({
      contacts: { copied: 2 },
      organizations: { copied: 1 },
      links: { moved: 2 },
    });
    expect(await stage.links('PAA#1')).toMatchObject({ group: 'A', names: ['Dan'] });
    expect(await stage.contacts('R')).toHaveLength(4);
  });
});
