import { describe, expect, it } from 'vitest';
import { groupId } from '../../src/domain/ids.ts';
import { type PairFacts, type Permission, planPair } from '../../src/domain/transfer-plan.ts';
import { sightOf, type Transfer, viewOf } from '../../src/domain/transfer-report.ts';

const BOTH = { contacts: true, organizations: true };
const NEITHER = { contacts: false, organizations: false };
const MAY: Permission = { contacts: true, organizations: true };
const NOBODY: Permission = { ...NEITHER, reason: 'no_actor' };

const facts = (more: Partial<PairFacts>): PairFacts => ({
  from: groupId(1),
  to: groupId(2),
  fromMoved: true,
  fromInUse: false,
  has: BOTH,
  linked: NEITHER,
  ...more,
});

describe('how customers follow', () => {
  it.each([
    [
      'all of them move with a crm group that nobody else uses',
      { fromMoved: true, fromInUse: false },
      'move',
    ],
    [
      'all are copied when the old crm group is still somebody’s',
      { fromMoved: true, fromInUse: true },
      'copy-all',
    ],
    [
      'those linked are copied when the old crm group stays',
      { fromMoved: false, fromInUse: true },
      'copy-linked',
    ],
    ['also when nobody else uses it any more', { fromMoved: false, fromInUse: false }, 'copy-linked'],
  ] as const)('%s', (_sentence, more, mode) => {
    expect(planPair(facts(more), MAY).mode).toBe(mode);
  });
});

describe('whether they may', () => {
  const contactsOnly = { contacts: true, organizations: false };
  const organizationsOnly = { contacts: false, organizations: true };
  it.each([
    ['whoever may bring everything', facts({}), MAY, null],
    ['nobody known brings nothing', facts({}), NOBODY, 'no_actor'],
    [
      'contacts take the right to contacts only',
      facts({ has: contactsOnly }),
      { ...contactsOnly, reason: 'role' },
      null,
    ],
    ['organizations take theirs', facts({ has: BOTH }), { ...contactsOnly, reason: 'role' }, 'role'],
    [
      'organizations alone as well',
      facts({ has: organizationsOnly }),
      { ...contactsOnly, reason: 'role' },
      'role',
    ],
    ['CRM that is off holds', facts({}), { ...NEITHER, reason: 'crm_disabled' }, 'crm_disabled'],
    ['with nothing to bring nobody is asked', facts({ has: NEITHER }), NOBODY, null],
    [
      'what stays behind does not count',
      facts({ fromMoved: false, has: BOTH, linked: contactsOnly }),
      { ...contactsOnly, reason: 'role' },
      null,
    ],
  ] as const)('%s', (_sentence, given, permission, heldFor) => {
    expect(planPair(given, permission).heldFor).toBe(heldFor);
  });
});

describe('what one side sees of a transfer', () => {
  const transfer: Transfer = {
    id: 1n,
    kind: 'group',
    state: 'held',
    subjectId: 5n,
    subjectPath: 'globex/desk',
    formerPath: 'acme/desk',
    from: { id: groupId(1), fullPath: 'acme' },
    to: { id: groupId(2), fullPath: 'globex' },
    counts: { contacts: {}, organizations: {}, links: {} },
    reason: null,
    createdAt: new Date(0),
    decidedAt: null,
    decidedBy: null,
  };

  it('those it left know it by its former name, and not where it went', () => {
    expect(viewOf(transfer, sightOf(transfer, 'from'))).toMatchObject({
      subject: 'acme/desk',
      from: 'acme',
      to: null,
      hasTarget: true,
    });
  });

  it('those it came to know it by its new name, and not where it was', () => {
    expect(viewOf(transfer, sightOf(transfer, 'to'))).toMatchObject({
      subject: 'globex/desk',
      from: null,
      to: 'globex',
    });
  });

  it('within one hierarchy both sides see both, whatever the case of the path', () => {
    const within = {
      ...transfer,
      to: { id: groupId(2), fullPath: 'Acme/sales' },
      subjectPath: 'Acme/sales/desk',
    };
    expect(viewOf(within, sightOf(within, 'from'))).toMatchObject({
      subject: 'Acme/sales/desk',
      from: 'acme',
      to: 'Acme/sales',
    });
  });

  it('a group that cannot be named to a reader has no name', () => {
    expect(viewOf({ ...transfer, formerPath: null }, { from: true, to: false }).subject).toBeNull();
  });
});
