import { describe, expect, test } from 'vitest';
import { plainText, type Reply } from '../../../src/commands/reply.ts';
import { wordContactsChanged } from '../../../src/commands/wording/outcomes.ts';
import type { Contact } from '../../../src/domain/customers.ts';
import { contactId, groupId, issueId } from '../../../src/domain/ids.ts';
import type { LinkOutcome } from '../../../src/domain/link-plan.ts';
import type { ContactsChanged } from '../../../src/services/issues/change-contacts.ts';

const ADA: Contact = {
  id: contactId(4711),
  crmGroupId: groupId(1),
  firstName: 'Ada',
  lastName: 'Lovelace',
  email: 'ada@example.com',
  phone: '+44 20 7946 0018',
  description: null,
  organization: null,
  active: true,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};
const text = 'ADA@example.com';

const changed = (kind: ContactsChanged['kind'], ...outcomes: LinkOutcome[]): ContactsChanged => ({
  issue: {
    id: issueId(4712),
    reference: 'acme/app#1',
    title: 'Export stops',
    state: 'opened',
    confidential: false,
  },
  kind,
  outcomes,
});

const titleOf = (reply: Reply): string => plainText(reply.title);
const itemsOf = ({ blocks }: Reply): string[] =>
  blocks.flatMap((block) => (block.kind === 'list' ? block.items.map((item) => plainText(item.text)) : []));

describe('each outcome has its line, on Slack', () => {
  test.each<[string, ContactsChanged, string]>([
    ['added', changed('add', { kind: 'added', text, contact: ADA }), 'Ada Lovelace (ada@example.com): added'],
    [
      'already there',
      changed('add', { kind: 'already_there', text, contact: ADA }),
      'Ada Lovelace (ada@example.com): was there already',
    ],
    [
      'inactive',
      changed('add', { kind: 'inactive', text, contact: ADA }),
      'Ada Lovelace (ada@example.com): not added: the contact is inactive',
    ],
    [
      'over the limit',
      changed('add', { kind: 'over_limit', text, contact: ADA }),
      'Ada Lovelace (ada@example.com): not added: at most 6 contacts can be added at a time; add the rest in another go',
    ],
    [
      'removed',
      changed('remove', { kind: 'removed', text, contact: ADA }),
      'Ada Lovelace (ada@example.com): removed',
    ],
    [
      'was not there',
      changed('remove', { kind: 'was_not_there', text, contact: ADA }),
      'Ada Lovelace (ada@example.com): was not there',
    ],
    ['not found', changed('add', { kind: 'not_found', text, nearest: null }), 'ADA@example.com: not found'],
    [
      'not found, but somebody near',
      changed('add', { kind: 'not_found', text, nearest: 'Ada King' }),
      'ADA@example.com: not found; the nearest match is Ada King',
    ],
    [
      'several',
      changed('add', { kind: 'ambiguous', text: 'ada', candidates: ['Ada A', 'Ada B', 'Ada C'] }),
      'ada: could be several: Ada A, Ada B or Ada C',
    ],
    [
      'without an address',
      changed('add', { kind: 'added', text: 'C1', contact: { ...ADA, email: null } }),
      'Ada Lovelace: added',
    ],
  ])('%s', (_name, result, line) => {
    expect(itemsOf(wordContactsChanged(result, false))).toEqual([line]);
  });
});

describe('the title counts what was done', () => {
  const added: LinkOutcome = { kind: 'added', text, contact: ADA };
  const there: LinkOutcome = { kind: 'already_there', text, contact: ADA };
  const missing: LinkOutcome = { kind: 'not_found', text, nearest: null };

  test.each([
    ['one', changed('add', added), '1 contact added to acme/app#1.', 'ok'],
    ['two', changed('add', added, added), '2 contacts added to acme/app#1.', 'ok'],
    [
      'one of two, the other unknown',
      changed('add', added, missing),
      '1 contact added to acme/app#1.',
      'warning',
    ],
    ['one of two, the other there', changed('add', added, there), '1 contact added to acme/app#1.', 'ok'],
    ['none, all there', changed('add', there), 'Nothing changed on acme/app#1.', 'info'],
    ['none, all unknown', changed('add', missing), 'Nothing changed on acme/app#1.', 'warning'],
    [
      'one removed',
      changed('remove', { kind: 'removed', text, contact: ADA }),
      '1 contact removed from acme/app#1.',
      'ok',
    ],
    [
      'none removed',
      changed('remove', { kind: 'was_not_there', text, contact: ADA }),
      'Nothing changed on acme/app#1.',
      'info',
    ],
  ] as const)('%s', (_name, result, title, tone) => {
    const reply = wordContactsChanged(result, false);
    expect([titleOf(reply), reply.tone]).toEqual([title, tone]);
    expect(JSON.stringify(reply)).not.toMatch(/success/i);
  });
});

describe('in a comment, which everybody who reads the issue reads', () => {
  test('a line repeats what was typed and tells no more of the contact', () => {
    const reply = wordContactsChanged(
      changed(
        'add',
        { kind: 'added', text: 'C12', contact: ADA },
        { kind: 'already_there', text, contact: ADA },
      ),
      true,
    );
    expect(itemsOf(reply)).toEqual(['C12: added', 'ADA@example.com: was there already']);
    for (const hidden of ['Lovelace', 'ada@', '4711', '7946'])
      expect(JSON.stringify(reply)).not.toContain(hidden);
    expect(reply.visibility).toBe('public');
  });

  test('on Slack only the asker sees it, and no number of a row is in it', () => {
    const reply = wordContactsChanged(changed('add', { kind: 'added', text, contact: ADA }), false);
    expect(reply.visibility).toBe('private');
    expect(JSON.stringify(reply)).not.toMatch(/471\d/);
  });
});
