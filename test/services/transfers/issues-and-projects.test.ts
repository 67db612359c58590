import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../../../src/domain/customers.ts';
import { issueId } from '../../../src/domain/ids.ts';
import { recordIssue } from '../../../src/services/issues/open-issue.ts';
import { cloneIssue, moveIssue } from '../../../src/services/transfers/move-issue.ts';
import { transferGroup } from '../../../src/services/transfers/transfer-group.ts';
import { transferProject } from '../../../src/services/transfers/transfer-project.ts';
import { openTransferStage, type TransferStage } from '../../support/transfer-stage.ts';

/** Roots R (with subgroup A) and N; project P in R with an issue that links Ada and Bob. */
let stage: TransferStage;
let ada: Contact;
let bob: Contact;

beforeAll(async () => {
  stage = await openTransferStage();
});
afterAll(async () => stage.close());

beforeEach(async () => {
  await stage.reset();
  await stage.group('R');
  await stage.group('A', 'R');
  await stage.group('N');
  await stage.project('P', 'R');
  await stage.project('PA', 'A');
  await stage.project('PN', 'N');
  ada = await stage.contact('R', 'Ada One', { email: 'ada@example.com' });
  bob = await stage.contact('R', 'Bob Two', { email: 'bob@example.com' });
  await stage.link(await stage.issue('P'), ada, bob);
  stage.person('olga', { R: 'owner', N: 'owner' });
});

const step = (from: string, to: string) => ({
  fromIssueId: issueId(stage.issueAt(from).id),
  to: stage.issueAt(to),
});
const move = (from: string, to: string) => moveIssue(stage.deps, stage.actor('olga'), step(from, to));
const clone = (from: string, to: string) => cloneIssue(stage.deps, stage.actor('olga'), step(from, to));
const times = async (issue: string) =>
  (await stage.db.database.prisma.issueContact.findMany({ where: { issueId: stage.issueAt(issue).id } })).map(
    ({ createdAt }) => createdAt,
  );
const notes = async () => (await stage.outbox()).filter(({ kind }) => kind === 'gitlab.system_note');

describe('an issue that was moved', () => {
  it('cases 1, 2 and 6: in the same crm group the links go over with their times, and the old issue has none', async () => {
    const made = await times('P#1');
    stage.clock.now = new Date(stage.clock.now.getTime() + 60_000);
    const to = stage.newIssue('PA');
    expect(await move('P#1', to)).toMatchObject({ carried: 2, dropped: 0 });
    expect(await stage.links(to)).toMatchObject({ group: 'R', ids: [ada.id, bob.id] });
    expect(await times(to)).toEqual(made);
    expect((await stage.links('P#1')).ids).toEqual([]);
    expect(await notes()).toEqual([]);
  });

  it('case 4: in another crm group they are dropped, reported, and the new issue gets a note', async () => {
    const to = stage.newIssue('PN', { confidential: true });
    const { transfer, dropped } = await move('P#1', to);
    expect(dropped).toBe(2);
    expect([(await stage.links(to)).ids, (await stage.links('P#1')).ids]).toEqual([[], []]);
    expect((await notes()).map(({ payload, lane }) => ({ payload, lane }))).toEqual([
      {
        payload: {
          projectId: String(stage.projectAt('PN').id),
          iid: stage.issueAt(to).iid,
          internal: true,
          removedContacts: 2,
        },
        lane: `gitlab:issue:${stage.issueAt(to).id}`,
      },
    ]);
    expect(transfer).toMatchObject({
      kind: 'issue',
      formerPath: 'R/P#1',
      subjectPath: 'N/PN#1',
      counts: { links: { dropped: 2 } },
    });
    const [row] = await stage.transfers();
    expect(
      row?.entries.map(({ outcome, data }) => [outcome, (data as { contactId: string }).contactId]),
    ).toEqual([
      ['dropped', String(ada.id)],
      ['dropped', String(bob.id)],
    ]);
  });

  it('no twin by address is put in their place', async () => {
    await stage.contact('N', 'Ada Other', { email: 'ada@example.com' });
    const to = stage.newIssue('PN');
    await move('P#1', to);
    expect((await stage.links(to)).ids).toEqual([]);
  });

  it('case 5 has no counterpart: GitLab tells no type of an issue that could not have contacts', async () => {
    const to = stage.newIssue('PA');
    expect((await move('P#1', to)).carried).toBe(2);
  });

  it('case 7: without contacts there is no note', async () => {
    const empty = await stage.issue('P');
    expect(await move(empty, stage.newIssue('PN'))).toEqual({ transfer: null, carried: 0, dropped: 0 });
    expect([await notes(), await stage.transfers()]).toEqual([[], []]);
  });

  it('into a personal namespace loses them, with a note', async () => {
    await stage.project('mine', null);
    expect(await move('P#1', stage.newIssue('mine'))).toMatchObject({ dropped: 2 });
    expect(await notes()).toHaveLength(1);
  });

  it('told of twice, or at once, is carried once', async () => {
    const to = stage.newIssue('PN');
    await Promise.all([move('P#1', to), move('P#1', to), move('P#1', to)]);
    await move('P#1', to);
    expect([await notes(), await stage.transfers()].map((rows) => rows.length)).toEqual([1, 1]);
  });

  it('tells the channels, and writes who did it', async () => {
    await stage.subscribe('R', 'C1');
    await stage.subscribe('N', 'C2');
    await move('P#1', stage.newIssue('PN'));
    const told = (await stage.outbox()).filter(({ kind }) => kind === 'slack.notice');
    expect(told.map(({ payload }) => (payload as { channelId: string }).channelId)).toEqual(['C2', 'C1']);
    const audit = await stage.db.database.prisma.auditEntry.findMany({ where: { action: 'issue.moved' } });
    expect(audit.map(({ crmGroupId, actorUsername }) => [crmGroupId, actorUsername])).toEqual([
      [stage.id('R'), 'olga'],
      [stage.id('N'), 'olga'],
    ]);
  });

  it('an issue that is not known brings nothing', async () => {
    const unknown = stage.newIssue('P');
    expect(await move(unknown, stage.newIssue('PA'))).toMatchObject({ transfer: null });
  });
});

describe('an issue that was cloned', () => {
  it('case 3: the clone has copies as of now, the original keeps its links', async () => {
    stage.clock.now = new Date(stage.clock.now.getTime() + 60_000);
    const to = stage.newIssue('PA');
    expect(await clone('P#1', to)).toMatchObject({ carried: 2, dropped: 0 });
    expect((await stage.links(to)).ids).toEqual([ada.id, bob.id]);
    expect((await stage.links('P#1')).ids).toEqual([ada.id, bob.id]);
    expect(await times(to)).toEqual([stage.clock.now, stage.clock.now]);
  });

  it('in another crm group has none and a note, and the original keeps its links', async () => {
    const to = stage.newIssue('PN');
    expect(await clone('P#1', to)).toMatchObject({ carried: 0, dropped: 2 });
    expect((await stage.links('P#1')).ids).toHaveLength(2);
    expect(await notes()).toHaveLength(1);
  });

  it('told of again, does not bring back what was removed from the clone', async () => {
    const to = stage.newIssue('PA');
    await clone('P#1', to);
    await stage.db.database.prisma.issueContact.deleteMany({ where: { issueId: stage.issueAt(to).id } });
    expect(await clone('P#1', to)).toMatchObject({ carried: 0 });
    expect((await stage.links(to)).ids).toEqual([]);
  });
});

describe('a project that was transferred', () => {
  const tell = () => transferProject(stage.deps, stage.actor('olga'), { project: stage.projectAt('P') });

  it('case 1: to a subgroup of the same root keeps its links', async () => {
    stage.moveProject('P', 'A');
    expect(await tell()).toEqual([]);
    expect((await stage.links('P#1')).ids).toEqual([ada.id, bob.id]);
    const row = await stage.db.database.prisma.project.findUniqueOrThrow({
      where: { id: stage.projectAt('P').id },
    });
    expect(row).toMatchObject({ groupId: stage.id('A'), fullPath: 'R/A/P' });
  });

  it('case 2: to another root loses all of them, and the report keeps what they were', async () => {
    stage.moveProject('P', 'N');
    const [transfer] = await tell();
    expect(transfer).toMatchObject({
      kind: 'project',
      state: 'applied',
      formerPath: 'R/P',
      subjectPath: 'N/P',
      counts: { links: { dropped: 2 } },
    });
    expect((await stage.links('P#1')).ids).toEqual([]);
    const [row] = await stage.transfers();
    expect(row?.entries.map(({ data }) => (data as { contactId: string }).contactId)).toEqual([
      String(ada.id),
      String(bob.id),
    ]);
    expect(await tell()).toEqual([]);
  });

  it('case 3: to another root with the same contact source keeps them', async () => {
    await stage.configure('N', { source: 'R' });
    stage.moveProject('P', 'N');
    expect(await tell()).toEqual([]);
    expect((await stage.links('P#1')).ids).toEqual([ada.id, bob.id]);
  });

  it('case 4: to a personal namespace loses them', async () => {
    stage.moveProject('P', null);
    expect((await tell()).map(({ to, counts }) => ({ to, counts }))).toEqual([
      { to: null, counts: { contacts: {}, organizations: {}, links: { dropped: 2 } } },
    ]);
    expect((await stage.links('P#1')).ids).toEqual([]);
  });

  it('is noticed by any issue of it, without an actor', async () => {
    stage.moveProject('P', 'N');
    await recordIssue(stage.deps, stage.issueAt('P#1'));
    const [transfer] = await stage.transfers();
    expect(transfer).toMatchObject({ kind: 'project', actorId: null, counts: { links: { dropped: 2 } } });
  });

  it('within groups whose own transfer is held, its links wait with the others', async () => {
    await stage.group('B', 'A');
    stage.moveProject('P', 'A');
    await tell();
    stage.moveGroup('A', 'N');
    await transferGroup(stage.deps, null, { hierarchy: stage.hierarchy('A') });
    stage.moveProject('P', 'B');
    expect(await tell()).toEqual([]);
    expect(await stage.links('P#1')).toMatchObject({ group: 'R', ids: [ada.id, bob.id] });
    expect((await stage.transfers()).map(({ state }) => state)).toEqual(['held']);
  });

  it('out of them, it loses its links, and the held transfer ends when it was all there was', async () => {
    stage.moveProject('P', 'A');
    await tell();
    stage.moveGroup('A', 'N');
    await transferGroup(stage.deps, null, { hierarchy: stage.hierarchy('A') });
    stage.moveProject('P', 'N');
    await tell();
    expect((await stage.transfers()).map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      'group superseded',
      'project applied',
    ]);
  });
});
