import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const ADA = 'ada@example.com';

/** A group below acme with a project and an issue that Ada is linked to. */
async function family(name: string): Promise<void> {
  const olga = world.gitlab.as('olga');
  await olga.createGroup(`acme/${name}`);
  await olga.createProject(`acme/${name}/p`);
  await olga.createIssue(`acme/${name}/p`, { title: `Issue of ${name}` });
  await world.settled();
  await world.answer(`Pia on acme/${name}/p#1: @tieline add_contacts ${ADA}`);
}

/** Lets no delivery through while something happens. */
async function unheard(work: () => Promise<unknown>): Promise<void> {
  world.gitlab.faults.dropDeliveries(1_000);
  await work();
  await world.settled();
  world.gitlab.faults.clear();
}

/** What there is, without the times and numbers that differ from run to run. */
async function state() {
  const { prisma } = world.db.database;
  return {
    groups: await prisma.group.findMany({
      orderBy: { id: 'asc' },
      select: { id: true, parentId: true, rootId: true, fullPath: true },
    }),
    projects: await prisma.project.findMany({
      orderBy: { id: 'asc' },
      select: { id: true, groupId: true, fullPath: true },
    }),
    issues: await prisma.issue.findMany({
      orderBy: { id: 'asc' },
      omit: { checkedAt: true, gitlabUpdatedAt: true },
    }),
    links: await prisma.issueContact.findMany({
      orderBy: [{ issueId: 'asc' }, { contactId: 'asc' }],
      select: { crmGroupId: true, issueId: true, contactId: true },
    }),
    transfers: await prisma.transfer.findMany({
      orderBy: [{ kind: 'asc' }, { subjectId: 'asc' }],
      select: { kind: true, state: true, formerPath: true, subjectPath: true, counts: true, reason: true },
    }),
  };
}

describe('one sweep', () => {
  it('finds nothing to mend where every hook arrived', async () => {
    await family('calm');
    const before = await state();
    expect(await world.tieline.sweep()).toMatchObject({ isComplete: true, mended: [] });
    expect(await state()).toEqual(before);
    world.heard();
  });

  it('brings what hooks would have brought after an hour without them', async () => {
    const names = ['issues', 'project', 'group', 'closed'];
    for (const name of names) await family(name);
    const olga = world.gitlab.as('olga');
    await unheard(async () => {
      await olga.moveIssue('acme/issues/p', 1, 'acme/website');
      await world.gitlab.transferProject('acme/project/p', 'globex');
      await world.gitlab.transferGroup('acme/group', 'globex');
      await olga.updateIssue('acme/closed/p', 1, {
        title: 'Renamed',
        confidential: true,
        stateEvent: 'close',
      });
      await olga.createIssue('acme/closed/p', { title: 'Nobody heard of it' });
    });
    const missed = world.gitlab.deliveries().filter(({ error }) => error === 'lost on the way');
    const report = await world.tieline.sweep();
    await world.settled();
    expect(report?.isComplete).toBe(true);
    const bySweep = await state();
    expect(await world.rows.linked('acme/issues/p#1')).toEqual([]);
    // Whichever of the two issues of a move is looked at first brings the other.
    expect([...new Set(report?.mended.map(({ kind, what }) => `${kind} ${what}`))].sort()).toEqual([
      'group transfer_held',
      'issue moved',
      'issue recorded',
      'issue updated',
      'project transfer_applied',
    ]);
    for (const { id } of missed) await world.gitlab.resend(id);
    await world.settled();
    expect(await state()).toEqual(bySweep);
    expect((await world.tieline.sweep())?.mended).toEqual([]);
    world.heard();
  });

  it('goes on where its requests ran out', async () => {
    await family('long');
    await unheard(() => world.gitlab.transferProject('acme/long/p', 'globex/sales'));
    const reports = [];
    for (let count = 0; count < 60; count += 1) {
      const report = await world.tieline.sweep({ maxRequests: 12 });
      reports.push(report);
      if (report?.isComplete) break;
    }
    expect(reports[0]?.isComplete).toBe(false);
    expect(reports.at(-1)?.isComplete).toBe(true);
    const mended = reports.flatMap((report) => report?.mended ?? []);
    expect(mended.filter(({ kind }) => kind === 'project')).toMatchObject([
      { kind: 'project', reference: 'globex/sales/p', what: 'transfer_applied', detail: 'acme/long/p' },
    ]);
    world.heard();
  });

  it('takes up what GitLab could not deliver, under the keys it would have had', async () => {
    const before = world.gitlab.deliveries().length;
    world.gitlab.faults.dropDeliveries(1);
    await world.gitlab.as('pia').comment('acme/app', 1, 'This one got lost.');
    await world.gitlab.idle();
    const [lost] = world.gitlab.deliveries().slice(before);
    await world.gitlab.as('pia').comment('acme/app', 1, 'And this one came.');
    await world.settled();
    expect((await world.tieline.sweep())?.deliveries).toBeGreaterThan(0);
    await world.settled();
    const taken = (await world.rows.deliveries()).filter(({ key }) => key === lost?.idempotencyKey);
    expect(taken).toMatchObject([{ source: 'gitlab', kind: 'note', state: 'done' }]);
    expect((await world.tieline.sweep())?.deliveries).toBe(0);
    world.heard();
  });
});
