import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../../../src/domain/customers.ts';
import { noteSeen, SEEN_KEPT } from '../../../src/services/home/note-seen.ts';
import { readHome } from '../../../src/services/home/read-home.ts';
import { type Name, refusalOf, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
let [ada, bob]: Contact[] = [];
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  [ada, bob] = [await stage.contact('acme', 'Ada One'), await stage.contact('acme', 'Bob Two')];
});

const placeOf = (slackUserId: string, teamId = 'T1') => ({ teamId, channelId: 'C1', slackUserId });
/** Somebody looks at cards, a second after one another. */
async function looks(slackUserId: string, contacts: readonly (Contact | undefined)[], teamId?: string) {
  for (const contact of contacts) {
    if (!contact) throw new Error('nobody to look at');
    stage.clock.now = new Date(stage.clock.now.getTime() + 1_000);
    const seen = { place: placeOf(slackUserId, teamId), customer: { kind: 'contact', contact } as const };
    await noteSeen(stage.deps, await stage.inGroup('pia', 'acme'), seen);
  }
}
const seenBy = async (slackUserId: string, { who = 'pia' as Name, teamId = 'T1' } = {}) => {
  const opened = await stage.inGroup(who, 'acme');
  return (await readHome(stage.deps, opened, placeOf(slackUserId, teamId))).seen.map(({ name }) => name);
};

describe('what somebody saw lately', () => {
  it('is kept with the last first, each once', async () => {
    await looks('U1', [ada, bob, ada]);
    expect(await seenBy('U1')).toEqual(['Ada One', 'Bob Two']);
  });

  it('is theirs alone, in this workspace alone', async () => {
    await looks('U1', [ada]);
    expect(await seenBy('U2')).toEqual([]);
    expect(await seenBy('U1', { teamId: 'T2' })).toEqual([]);
  });

  it('holds organizations too', async () => {
    const organization = await stage.organization('acme', 'Navy');
    const customer = { kind: 'organization', organization } as const;
    await noteSeen(stage.deps, await stage.inGroup('pia', 'acme'), { place: placeOf('U1'), customer });
    expect(await seenBy('U1')).toEqual(['Navy']);
  });

  it('is a few: what was seen before those is forgotten', async () => {
    const many: Contact[] = [];
    for (let n = 0; n < SEEN_KEPT + 3; n += 1) many.push(await stage.contact('acme', `Number ${n}`));
    await looks('U2', [bob]);
    await looks('U1', many);
    const { seenCustomer } = stage.db.database.prisma;
    expect(await seenCustomer.count({ where: { slackUserId: 'U1' } })).toBe(SEEN_KEPT);
    expect(await seenBy('U1')).toEqual([22, 21, 20, 19, 18].map((n) => `Number ${n}`));
    expect(await seenBy('U2')).toEqual(['Bob Two']);
  });

  it('leaves out who is gone from the group, and shows everybody by the name they have now', async () => {
    await looks('U1', [ada, bob]);
    const { prisma } = stage.db.database;
    const key = (contact: Contact | undefined) => ({
      crmGroupId_id: { crmGroupId: contact?.crmGroupId ?? 0n, id: contact?.id ?? 0n },
    });
    await prisma.contact.update({ where: key(ada), data: { lastName: 'Newname' } });
    await prisma.contact.delete({ where: key(bob) });
    expect(await seenBy('U1')).toEqual(['Ada Newname']);
  });

  it('is not shown to who may no longer see the customers of the group', async () => {
    await looks('U1', [ada]);
    expect((await refusalOf(seenBy('U1', { who: 'gus' }))).code).toBe('forbidden.ability');
  });
});
