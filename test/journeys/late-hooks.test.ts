import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

/** Comments of which no hook tells; GitLab lists a hundred at once. */
const BURST = Math.max(100, Number(process.env['BURST'] ?? 0));

const world = useWorld();

const pia = () => world.gitlab.as('pia');

/** Lets no delivery through while something happens; gives the numbers of those that were lost. */
async function unheard(work: () => Promise<unknown>): Promise<number[]> {
  const before = world.gitlab.deliveries().length;
  world.gitlab.faults.dropDeliveries(1_000);
  await work();
  await world.settled();
  world.gitlab.faults.clear();
  return world.gitlab
    .deliveries()
    .slice(before)
    .map(({ id }) => id);
}

async function newIssue(project = 'acme/app'): Promise<number> {
  const { iid } = await pia().createIssue(project, { title: 'Told of late' });
  await world.settled();
  return iid;
}

describe('a comment whose hook comes late', () => {
  it('is carried out and answered before a later one on the same issue, and not again when its hook comes', async () => {
    const iid = await newIssue();
    const late = await unheard(() => pia().comment('acme/app', iid, '@tieline add_contacts ada@example.com'));
    await pia().comment('acme/app', iid, '@tieline remove_contacts ada@example.com');
    await world.settled();
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    expect(world.heard()).toEqual([
      `Tieline on acme/app#${iid}: 1 contact added to acme/app#${iid}.\n- ada@example.com: added`,
      `Tieline on acme/app#${iid}: 1 contact removed from acme/app#${iid}.\n- ada@example.com: removed`,
    ]);
    for (const id of late) await world.gitlab.resend(id);
    await world.settled();
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    expect(world.heard()).toEqual([]);
  });

  it('is carried out though somebody reacted to it meanwhile, and not when somebody changed it', async () => {
    const iid = await newIssue();
    await unheard(async () => {
      const liked = await pia().comment('acme/app', iid, '@tieline add_contacts ada@example.com');
      const changed = await pia().comment('acme/app', iid, '@tieline add_contacts rosa@harbour.example.com');
      world.advance(60_000);
      await world.gitlab.as('dev').award(liked?.id ?? 0, 'thumbsup');
      await world.gitlab.as('dev').award(changed?.id ?? 0, 'thumbsup');
      await world.gitlab
        .as('olga')
        .editNote(changed?.id ?? 0, '@tieline add_contacts tom@harbour.example.com');
    });
    await world.answer(`Pia on acme/app#${iid}: @tieline add_contacts hedy@example.org`);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual(['ada@example.com', 'hedy@example.org']);
    world.heard();
  });

  it('is left alone when a bot wrote it', async () => {
    const iid = await newIssue();
    await unheard(() =>
      world.gitlab.as('pipeline').comment('acme/app', iid, '@tieline add_contacts ada@example.com'),
    );
    await world.answer(`Pia on acme/app#${iid}: @tieline add_contacts hedy@example.org`);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual(['hedy@example.org']);
  });
});

describe('an issue that was made from another one', () => {
  it('has the links of the one it was cloned from, and no more of them later', async () => {
    const iid = await newIssue();
    await world.answer(`Pia on acme/app#${iid}: @tieline add_contacts ada@example.com`);
    const clone = await pia().cloneIssue('acme/app', iid, { project: 'acme/website', withNotes: true });
    await world.settled();
    expect(await world.rows.linked(`acme/website#${clone.iid}`)).toEqual(['ada@example.com']);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual(['ada@example.com']);
    await world.answer(`Pia on acme/app#${iid}: @tieline add_contacts hedy@example.org`);
    await world.gitlab.as('pia').updateIssue('acme/website', clone.iid, { title: 'Goes its own way' });
    await world.settled();
    expect(await world.rows.linked(`acme/website#${clone.iid}`)).toEqual(['ada@example.com']);
    world.heard();
  });

  it('has them also when the old one was closed before it was moved', async () => {
    const iid = await newIssue();
    await world.answer(`Pia on acme/app#${iid}: @tieline add_contacts ada@example.com`);
    await pia().closeIssue('acme/app', iid);
    const moved = await pia().moveIssue('acme/app', iid, 'acme/website');
    await world.settled();
    expect(await world.rows.linked(`acme/website#${moved.iid}`)).toEqual(['ada@example.com']);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    world.heard();
  });

  it('does not have the commands of its description carried out again', async () => {
    const { iid } = await pia().createIssue('acme/app', {
      title: 'Commands in it',
      description: '@tieline add_contacts ada@example.com',
    });
    await world.settled();
    await world.answer(`Pia on acme/app#${iid}: @tieline remove_contacts ada@example.com`);
    const moved = await pia().moveIssue('acme/app', iid, 'acme/website');
    await world.settled();
    expect(await world.rows.linked(`acme/website#${moved.iid}`)).toEqual([]);
    world.heard();
  });
});

describe('a sweep', () => {
  it('carries out comments that no hook told of, in their order, and answers where they were made', async () => {
    const iid = await newIssue();
    await unheard(async () => {
      await pia().comment('acme/app', iid, '@tieline add_contacts ada@example.com hedy@example.org');
      await pia().comment('acme/app', iid, '@tieline remove_contacts ada@example.com');
    });
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    const report = await world.tieline.sweep();
    await world.settled();
    expect(report?.mended).toContainEqual(
      expect.objectContaining({ reference: `acme/app#${iid}`, what: 'carried_out', detail: '2 comments' }),
    );
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual(['hedy@example.org']);
    const said = world.gitlab.notes('acme/app', iid).filter(({ system }) => !system);
    expect(said).toHaveLength(4);
    expect(world.heard().join()).toContain('ada@example.com: removed');
    expect((await world.tieline.sweep())?.mended).toEqual([]);
  });

  it('carries out more comments of one issue than GitLab lists at once', async () => {
    const iid = await newIssue();
    await unheard(async () => {
      await pia().comment('acme/app', iid, '@tieline add_contacts ada@example.com');
      for (let n = 0; n < BURST; n += 1) await pia().comment('acme/app', iid, `Talk ${n}`);
      await pia().comment('acme/app', iid, '@tieline add_contacts hedy@example.org');
    });
    await world.tieline.sweep();
    await world.settled();
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual(['ada@example.com', 'hedy@example.org']);
    // Those of earlier tests are of issues that the database has forgotten again.
    const here = world.heard().filter((line) => line.startsWith(`Tieline on acme/app#${iid}:`));
    expect(here.map((line) => /- (.*): added/.exec(line)?.[1])).toEqual([
      'ada@example.com',
      'hedy@example.org',
    ]);
  });
});
