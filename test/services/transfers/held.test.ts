import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../../../src/domain/customers.ts';
import type { Role } from '../../../src/domain/roles.ts';
import { openCrmGroup, recordAndLoad } from '../../../src/services/groups/open-crm-group.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { listIssueContacts } from '../../../src/services/issues/list-contacts.ts';
import { openFetchedIssue } from '../../../src/services/issues/open-issue.ts';
import { leaveTransferBehind, migrateTransfer } from '../../../src/services/transfers/decide-held.ts';
import { listTransfers, showTransfer } from '../../../src/services/transfers/list-transfers.ts';
import { moveIssue } from '../../../src/services/transfers/move-issue.ts';
import { previewGroupTransfer } from '../../../src/services/transfers/preview-transfer.ts';
import { transferGroup } from '../../../src/services/transfers/transfer-group.ts';
import { refusalOf } from '../../support/services.ts';
import { openTransferStage, type TransferStage } from '../../support/transfer-stage.ts';

/** Roots R and N; group A with project PA and child AA with project PAA in R; Ada and Bob linked, Cyd not. */
let stage: TransferStage;
let ada: Contact;
let bob: Contact;

beforeAll(async () => {
  stage = await openTransferStage();
});
afterAll(async () => stage.close());

beforeEach(async () => {
  await stage.reset();
  for (const [name, parent] of [
    ['R', null],
    ['A', 'R'],
    ['AA', 'A'],
    ['N', null],
    ['M', null],
  ] as const) {
    await stage.group(name, parent);
  }
  await stage.organization('R', 'Engines');
  ada = await stage.contact('R', 'Ada One', {
    email: 'ada@example.com',
    organization: 'Engines',
    phone: '1',
  });
  bob = await stage.contact('R', 'Bob Two', { email: 'bob@example.com' });
  await stage.contact('R', 'Cyd Three', { email: 'cyd@example.com' });
  await stage.project('PA', 'A');
  await stage.project('PAA', 'AA');
  await stage.link(await stage.issue('PA'), ada);
  await stage.link(await stage.issue('PAA'), bob);
  stage.person('rob', { R: 'owner' });
  stage.person('nan', { N: 'developer' });
  stage.person('both', { R: 'owner', N: 'owner', M: 'owner' });
  stage.person('stranger', {});
});

const detect = (group: string) => recordAndLoad(stage.deps, stage.hierarchy(group));
const states = async () => (await stage.transfers()).map(({ state, reason }) => `${state}: ${reason ?? '-'}`);
const heldId = async (): Promise<bigint> => {
  const held = (await stage.transfers()).find(({ state }) => state === 'held');
  if (!held) throw new Error('nothing is held');
  return held.id;
};

describe('a move that is only noticed', () => {
  it('is held: nothing is brought, nothing is lost', async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
    expect(await states()).toEqual(['held: no_actor']);
    const [held] = await stage.transfers();
    expect(held).toMatchObject({
      subjectPath: 'N/A',
      formerPath: 'R/A',
      crmGroupId: stage.id('R'),
      toCrmGroupId: stage.id('N'),
      counts: { contacts: { waiting: 2 }, organizations: { waiting: 1 }, links: { waiting: 2 } },
    });
    expect(await stage.links('PA#1')).toEqual({ group: 'R', ids: [ada.id], names: ['Ada'] });
    expect(await stage.contacts('N')).toEqual([]);
  });

  it('makes one transfer however many are told of it, about the group or what is below it', async () => {
    stage.moveGroup('A', 'N');
    await Promise.all(
      ['A', 'AA', 'A', 'AA', 'A', 'AA', 'A', 'AA'].map((group, index) =>
        index % 2 === 0
          ? detect(group)
          : transferGroup(stage.deps, null, { hierarchy: stage.hierarchy(group) }),
      ),
    );
    expect(await states()).toEqual(['held: no_actor']);
  });

  it('is noticed by an issue of a project below it', async () => {
    stage.moveGroup('A', 'N');
    await openFetchedIssue(stage.deps, stage.actor('both'), stage.issueAt('PAA#1'));
    expect(await states()).toEqual(['held: no_actor']);
  });

  it('is done at once when nothing is to be brought, and told of', async () => {
    await stage.subscribe('M', 'C1');
    await stage.group('E', 'M');
    stage.moveGroup('E', 'N');
    await detect('E');
    expect(await states()).toEqual(['applied: -']);
    expect((await stage.outbox()).map(({ dedupeKey }) => dedupeKey.split(':')[0])).toEqual([
      'group.transferred',
    ]);
  });

  it('renames what is below the group, and knows the new root', async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
    const { prisma } = stage.db.database;
    expect(await prisma.group.findUniqueOrThrow({ where: { id: stage.id('AA') } })).toMatchObject({
      fullPath: 'N/A/AA',
      rootId: stage.id('N'),
    });
    expect(
      (await prisma.project.findMany({ orderBy: { id: 'asc' } })).map(({ fullPath }) => fullPath),
    ).toEqual(['N/A/PA', 'N/A/AA/PAA']);
  });

  it('tells the channels of both sides once each, and neither of the other hierarchy', async () => {
    await stage.subscribe('R', 'C1');
    await stage.subscribe('N', 'C2');
    await stage.subscribe('R', 'C3');
    await stage.subscribe('N', 'C3');
    stage.moveGroup('A', 'N');
    await detect('A');
    await detect('A');
    const told = (await stage.outbox()).map(
      ({ payload }) => payload as { channelId: string; event: { transfer: object } },
    );
    expect(told.map(({ channelId }) => channelId).sort()).toEqual(['C1', 'C2', 'C3']);
    expect(told.find(({ channelId }) => channelId === 'C1')?.event.transfer).toMatchObject({
      subject: 'R/A',
      from: 'R',
      to: null,
    });
    expect(told.find(({ channelId }) => channelId === 'C2')?.event.transfer).toMatchObject({
      subject: 'N/A',
      from: null,
      to: 'N',
    });
  });
});

describe('while it is held', () => {
  beforeEach(async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
  });

  it('links cannot be changed, and the refusal says so', async () => {
    const opened = await openFetchedIssue(stage.deps, stage.actor('both'), stage.issueAt('PA#1'));
    const change = { kind: 'remove', references: ['ada@example.com'], names: true } as const;
    expect(await refusalOf(changeContacts(stage.deps, opened, change))).toEqual({
      code: 'conflict.held',
      data: { where: 'N/A/PA#1' },
    });
  });

  it('an issue without links takes contacts of the new crm group', async () => {
    await stage.contact('N', 'Nel New', { email: 'nel@example.com' });
    const name = await stage.issue('PA');
    const opened = await openFetchedIssue(stage.deps, stage.actor('both'), stage.issueAt(name));
    await changeContacts(stage.deps, opened, { kind: 'add', references: ['nel@example.com'], names: true });
    expect(await stage.links(name)).toMatchObject({ group: 'N', names: ['Nel'] });
  });

  it('contacts are listed as frozen for who may view in the old crm group', async () => {
    const opened = await openFetchedIssue(stage.deps, stage.actor('both'), stage.issueAt('PA#1'));
    const listed = await listIssueContacts(stage.deps, opened);
    expect(listed).toMatchObject({ frozen: true, contacts: [{ id: ada.id }] });
  });

  it('who may view in the new crm group only learns that they wait', async () => {
    const opened = await openFetchedIssue(stage.deps, stage.actor('nan'), stage.issueAt('PA#1'));
    expect((await refusalOf(listIssueContacts(stage.deps, opened))).code).toBe('conflict.held');
  });

  it('a stranger is told that there is no such issue', async () => {
    const opened = await openFetchedIssue(stage.deps, stage.actor('stranger'), stage.issueAt('PA#1'));
    expect((await refusalOf(listIssueContacts(stage.deps, opened))).code).toBe('not_found.issue');
  });
});

describe('migrating', () => {
  beforeEach(async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
  });

  it('brings what the preview and the report of the held transfer showed', async () => {
    const id = await heldId();
    const shown = await showTransfer(stage.deps, stage.actor('both'), { id, page: 0 });
    expect(shown).toMatchObject({ isPreview: true, hasMore: false });
    const { transfer, isNew } = await migrateTransfer(stage.deps, stage.actor('nan'), id);
    expect(isNew).toBe(true);
    expect(transfer).toMatchObject({
      state: 'applied',
      counts: { contacts: { copied: 2 }, organizations: { copied: 1 }, links: { moved: 2 } },
    });
    const report = await showTransfer(stage.deps, stage.actor('both'), { id, page: 0 });
    const plain = (entries: typeof report.entries) =>
      entries.map(({ kind, outcome, subjectId }) => `${kind} ${outcome} ${subjectId}`).sort();
    expect(plain(report.entries)).toEqual(plain(shown.entries));
    expect(await stage.links('PA#1')).toMatchObject({ group: 'N', names: ['Ada'] });
  });

  it('a second click changes nothing', async () => {
    const id = await heldId();
    await migrateTransfer(stage.deps, stage.actor('nan'), id);
    const before = await stage.contacts('N');
    expect(await migrateTransfer(stage.deps, stage.actor('nan'), id)).toMatchObject({ isNew: false });
    expect((await leaveTransferBehind(stage.deps, stage.actor('nan'), id)).transfer.state).toBe('applied');
    expect(await stage.contacts('N')).toEqual(before);
  });

  it('two clicks at once bring everything once', async () => {
    const id = await heldId();
    const done = await Promise.all(
      [1, 2, 3, 4].map(() => migrateTransfer(stage.deps, stage.actor('nan'), id)),
    );
    expect(done.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await stage.contacts('N')).toHaveLength(2);
  });

  const may: readonly (readonly [Role, string | null])[] = [
    ['none', 'not_found.transfer'],
    ['guest', 'not_found.transfer'],
    ['planner', 'forbidden.ability'],
    ['reporter', 'forbidden.ability'],
    ['developer', null],
    ['maintainer', null],
    ['owner', null],
  ];
  it.each(may)('with the role %s in the new crm group comes to %s', async (role, code) => {
    stage.person('somebody', { N: role });
    const act = migrateTransfer(stage.deps, stage.actor('somebody'), await heldId());
    if (code === null) expect((await act).isNew).toBe(true);
    else expect((await refusalOf(act)).code).toBe(code);
  });

  it('rights in the old crm group alone are not enough to migrate, but to leave behind', async () => {
    const id = await heldId();
    expect((await refusalOf(migrateTransfer(stage.deps, stage.actor('rob'), id))).code).toBe(
      'forbidden.ability',
    );
    expect((await leaveTransferBehind(stage.deps, stage.actor('rob'), id)).isNew).toBe(true);
  });

  it('CRM that is off in the new crm group refuses even its owner', async () => {
    await stage.configure('N', { enabled: false });
    expect((await refusalOf(migrateTransfer(stage.deps, stage.actor('both'), await heldId()))).code).toBe(
      'forbidden.crm_disabled',
    );
  });

  it('a number that does not exist is answered like one that may not be seen', async () => {
    expect((await refusalOf(migrateTransfer(stage.deps, stage.actor('both'), 999n))).code).toBe(
      'not_found.transfer',
    );
  });
});

describe('leaving behind', () => {
  it('drops the links of the moved issues, keeps the contacts, and reports what was dropped', async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
    const { transfer } = await leaveTransferBehind(stage.deps, stage.actor('nan'), await heldId());
    expect(transfer).toMatchObject({ state: 'left_behind', counts: { links: { dropped: 2 } } });
    expect(await stage.links('PA#1')).toMatchObject({ ids: [] });
    expect(await stage.contacts('R')).toHaveLength(3);
    expect(await stage.contacts('N')).toEqual([]);
    const [row] = await stage.transfers();
    expect(
      row?.entries.map(({ outcome, data }) => [outcome, (data as { contactId: string }).contactId]),
    ).toEqual([
      ['dropped', String(ada.id)],
      ['dropped', String(bob.id)],
    ]);
  });

  it('leaves a moved root its customers, and a later move does not drag them along', async () => {
    stage.moveGroup('R', 'N');
    await detect('R');
    await leaveTransferBehind(stage.deps, stage.actor('both'), await heldId());
    expect(await stage.contacts('R')).toHaveLength(3);
    stage.moveGroup('R', 'M');
    await transferGroup(stage.deps, stage.actor('both'), { hierarchy: stage.hierarchy('R') });
    expect(await stage.contacts('R')).toHaveLength(3);
    expect(await stage.contacts('M')).toEqual([]);
  });
});

describe('a held transfer whose group moves again', () => {
  beforeEach(async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
  });

  it('moved back is overtaken, and the links count again', async () => {
    stage.moveGroup('A', 'R');
    await detect('A');
    expect(await states()).toEqual(['superseded: moved_back']);
    const opened = await openFetchedIssue(stage.deps, stage.actor('both'), stage.issueAt('PA#1'));
    await changeContacts(stage.deps, opened, { kind: 'add', references: ['cyd@example.com'], names: true });
    expect((await stage.links('PA#1')).names).toEqual(['Ada', 'Cyd']);
  });

  it('moved on is planned anew from where the links still are', async () => {
    stage.moveGroup('A', 'M');
    await detect('A');
    expect(await states()).toEqual(['superseded: moved_on', 'held: no_actor']);
    const { transfer } = await migrateTransfer(stage.deps, stage.actor('both'), await heldId());
    expect(transfer).toMatchObject({ from: { fullPath: 'R' }, to: { fullPath: 'M' }, state: 'applied' });
    expect(await stage.links('PAA#1')).toMatchObject({ group: 'M', names: ['Bob'] });
  });

  it('moved on by somebody who may is done at once', async () => {
    stage.moveGroup('A', 'M');
    await transferGroup(stage.deps, stage.actor('both'), { hierarchy: stage.hierarchy('A') });
    expect(await states()).toEqual(['superseded: moved_on', 'applied: -']);
  });

  it('a child that moves elsewhere takes its own links into a transfer of its own', async () => {
    stage.moveGroup('AA', 'M');
    await detect('AA');
    expect(await states()).toEqual(['held: no_actor', 'held: no_actor']);
    const held = await stage.transfers();
    expect(held.map(({ subjectPath }) => subjectPath)).toEqual(['N/A', 'M/AA']);
    await migrateTransfer(stage.deps, stage.actor('both'), held[1]?.id ?? 0n);
    expect(await stage.links('PAA#1')).toMatchObject({ group: 'M', names: ['Bob'] });
    expect(await stage.links('PA#1')).toMatchObject({ group: 'R', names: ['Ada'] });
  });

  it('whose last linked issue moves away has nothing left to decide', async () => {
    const away = async (issue: string) => {
      const to = stage.issueAt(stage.newIssue('PM'));
      await moveIssue(stage.deps, stage.actor('both'), { fromIssueId: stage.issueAt(issue).id, to });
    };
    await stage.project('PM', 'M');
    await away('PA#1');
    expect((await states()).filter((state) => !state.startsWith('applied'))).toEqual(['held: no_actor']);
    await away('PAA#1');
    expect((await states()).filter((state) => !state.startsWith('applied'))).toEqual([
      'superseded: nothing_left',
    ]);
  });

  it('a root with customers only, moved on twice, still brings them all', async () => {
    await stage.group('Q');
    await stage.contact('Q', 'Quin One', { email: 'quin@example.com' });
    stage.moveGroup('Q', 'N');
    await detect('Q');
    stage.moveGroup('Q', 'M');
    await detect('Q');
    const held = (await stage.transfers()).find(
      ({ state, subjectPath }) => state === 'held' && subjectPath === 'M/Q',
    );
    const { transfer } = await migrateTransfer(stage.deps, stage.actor('both'), held?.id ?? 0n);
    expect(transfer.counts).toEqual({ contacts: { moved: 1 }, organizations: {}, links: {} });
    expect((await stage.contacts('M')).map(({ firstName }) => firstName)).toEqual(['Quin']);
  });
});

describe('a preview', () => {
  it('tells how each pair follows, and leaves no trace', async () => {
    stage.moveGroup('R', 'N');
    const hierarchy = stage.hierarchy('R');
    const [shown, ...others] = await previewGroupTransfer(stage.deps, stage.actor('rob'), { hierarchy });
    expect(others).toEqual([]);
    expect(shown?.plan).toMatchObject({
      mode: 'move',
      heldFor: 'role',
      from: stage.id('R'),
      to: stage.id('N'),
    });
    expect(shown?.counts).toEqual({
      contacts: { moved: 3 },
      organizations: { moved: 1 },
      links: { moved: 2 },
    });
    expect(await stage.transfers()).toEqual([]);
    const row = await stage.db.database.prisma.group.findUniqueOrThrow({ where: { id: stage.id('R') } });
    expect(row.parentId).toBeNull();
  });

  it('copies everything when a group elsewhere takes its contacts from the one that moves', async () => {
    await stage.configure('M', { source: 'R' });
    stage.moveGroup('R', 'N');
    await transferGroup(stage.deps, stage.actor('both'), { hierarchy: stage.hierarchy('R') });
    expect(await stage.contacts('R')).toHaveLength(3);
    expect(await stage.contacts('N')).toHaveLength(3);
    expect(await stage.links('PA#1')).toMatchObject({ group: 'N', names: ['Ada'] });
  });
});

describe('the list of transfers', () => {
  beforeEach(async () => {
    stage.moveGroup('A', 'N');
    await detect('A');
  });

  it('shows each side its own name only, and what the reader may do', async () => {
    const listAs = async (name: string, group: string) => {
      const opened = await openCrmGroup(stage.deps, stage.actor(name), stage.id(group));
      return (await listTransfers(stage.deps, opened, { page: 0 })).transfers[0];
    };
    expect(await listAs('rob', 'R')).toMatchObject({
      view: { subject: 'R/A', from: 'R', to: null, hasTarget: true },
      may: { migrate: false, leave: true, report: true },
    });
    expect(await listAs('nan', 'N')).toMatchObject({
      view: { subject: 'N/A', from: null, to: 'N' },
      may: { migrate: true, leave: true, report: false },
    });
    expect(await listAs('both', 'N')).toMatchObject({
      view: { subject: 'N/A', from: 'R', to: 'N' },
      may: { migrate: true, leave: true, report: true },
    });
  });

  it('keeps the report of a held transfer from those who may not view the old crm group', async () => {
    expect(
      (await refusalOf(showTransfer(stage.deps, stage.actor('nan'), { id: await heldId(), page: 0 }))).code,
    ).toBe('not_found.transfer');
  });

  it('is refused to who may not view contacts', async () => {
    stage.person('guest', { N: 'guest' });
    const opened = await openCrmGroup(stage.deps, stage.actor('guest'), stage.id('N'));
    expect((await refusalOf(listTransfers(stage.deps, opened, { page: 0 }))).code).toBe('forbidden.ability');
  });
});
