import { describe, expect, it, vi } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** The emojis on the newest comments of people with this text, as `who emoji`. */
function awardsOn(text: string): string[] {
  const { notes, awards, users } = world.gitlab.state();
  const note = notes.findLast(({ body, system }) => !system && body.startsWith(text));
  return awards
    .filter(({ on, onId }) => on === 'Note' && onId === note?.id)
    .map(({ userId, name }) => `${users.find(({ id }) => id === userId)?.username} ${name}`);
}

/** Every outcome of an emoji that was on its way. */
const outcomes = async () =>
  (await world.db.database.prisma.outboxMessage.findMany({ where: { kind: 'gitlab-award.note' } })).map(
    ({ state, outcome }) => `${state}: ${outcome}`,
  );

const ADD = '@tieline add_contacts ada@example.com';
const HEDY = '@tieline add_contacts hedy@example.org';

describe('a comment with commands', () => {
  it('gets a check mark beside its answer when all of it was done', async () => {
    await world.answer(`Pia on acme/app#1: ${ADD}`);
    expect(awardsOn(ADD)).toEqual(['tieline white_check_mark']);
  });

  it('gets eyes when the answer has more to say', async () => {
    const line = '@tieline add_contacts nobody@example.com';
    await world.answer(`Pia on acme/app#1: ${line}`);
    expect(awardsOn(line)).toEqual(['tieline eyes']);
    await world.answer('Pia on acme/app#1 (internal): @tieline contacts');
    expect(awardsOn('@tieline contacts')).toEqual(['tieline eyes']);
  });

  it('gets one, however often it is told of, and also when it was there before', async () => {
    await world.answer(`Dev on acme/website#1: ${ADD}`);
    const told = world.gitlab.deliveries().findLast(({ trigger }) => trigger === 'note_hooks');
    await world.gitlab.resend(told?.id ?? 0);
    await world.settled();
    expect(awardsOn(ADD)).toEqual(['tieline white_check_mark']);
    await world.db.database.prisma.outboxMessage.updateMany({
      where: { kind: 'gitlab-award.note' },
      data: { state: 'pending', runAt: new Date(0), leaseUntil: null },
    });
    world.tieline.worker.wake();
    await world.settled();
    expect(awardsOn(ADD)).toEqual(['tieline white_check_mark']);
    expect(await outcomes()).toEqual(['sent: was there already']);
    world.heard();
  });

  it('is answered all the same when GitLab takes no emoji', async () => {
    world.gitlab.faults.respond({ path: /award_emoji$/, status: 403 });
    const said = await world.answer(`Pia on acme/website#1: ${HEDY}`);
    expect(said).toContain('1 contact added');
    expect(awardsOn(HEDY)).toEqual([]);
    expect(await outcomes()).toEqual([expect.stringMatching(/^sent: left out: .*403/)]);
  });

  it('is answered while the emoji still hangs', async () => {
    const hold = world.gitlab.faults.hold(/award_emoji$/);
    const dev = world.gitlab.as('dev');
    await dev.comment('acme/app', 3, ADD);
    await hold.arrived();
    await dev.comment('acme/app', 3, HEDY);
    await vi.waitFor(
      () => {
        const { body } = world.gitlab.notes('acme/app', 3).at(-1) ?? expect.fail('no note');
        expect(body).toMatch(/hedy@example\.org`\*\*: added/);
      },
      { timeout: 10_000 },
    );
    expect([...awardsOn(ADD), ...awardsOn(HEDY)]).toEqual([]);
    hold.release();
    await world.settled();
    expect(awardsOn(HEDY)).toEqual(['tieline white_check_mark']);
    world.heard();
  });

  it('gets it by the sweep as well, when no hook told of it', async () => {
    await world.answer(`Pia on acme/app#1: ${ADD}`);
    world.gitlab.faults.dropDeliveries(1);
    const line = '@tieline remove_contacts ada@example.com';
    await world.gitlab.as('pia').comment('acme/app', 1, line);
    await world.settled();
    expect(awardsOn(line)).toEqual([]);
    await world.tieline.sweep();
    await world.settled();
    expect(awardsOn(line)).toEqual(['tieline white_check_mark']);
    world.heard();
  });

  it('by a bot gets none, as ordinary talk does not', async () => {
    await world.gitlab.as('pipeline').comment('acme/app', 1, HEDY);
    await world.gitlab.as('pia').comment('acme/app', 1, 'Just talk.');
    await world.settled();
    expect(awardsOn(HEDY)).toEqual([]);
    expect(awardsOn('Just talk.')).toEqual([]);
    expect(world.heard()).toEqual([]);
  });
});
