import { describe, expect, test } from 'vitest';
import { plainText, type Reply } from '../../../src/commands/reply.ts';
import { wordNotice } from '../../../src/commands/wording/notices.ts';
import type { Contact, IssueSummary, Organization } from '../../../src/domain/customers.ts';
import type { CrmEvent } from '../../../src/domain/events.ts';
import { contactId, deliveryId, groupId, issueId, organizationId } from '../../../src/domain/ids.ts';

const contact = (id: number, firstName: string, lastName: string): Contact => ({
  id: contactId(id),
  crmGroupId: groupId(1),
  firstName,
  lastName,
  email: `${firstName.toLowerCase()}@example.com`,
  phone: '+44 20 7946 0018',
  description: 'Signs the orders',
  organization: null,
  active: true,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const ADA = contact(4711, 'Ada', 'Lovelace');
const GRACE = contact(4712, 'Grace', 'Hopper');
const NAVY: Organization = {
  id: organizationId(4713),
  crmGroupId: groupId(1),
  name: 'Navy',
  defaultRate: '120.50',
  description: 'Pays late',
  active: true,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};
const issue = (confidential: boolean): IssueSummary => ({
  id: issueId(4714),
  reference: 'acme/app#4',
  title: 'Attachment links can be guessed',
  state: 'opened',
  confidential,
});

const worded = (event: CrmEvent): Reply =>
  wordNotice(
    { teamId: 'T1', channelId: 'C1', actor: { username: 'dev', name: 'Dev Devani' }, event },
    'https://gitlab.example.com',
  );
const lines = ({ title, blocks }: Reply): string[] => [
  plainText(title),
  ...blocks.flatMap((block) =>
    block.kind === 'text' || block.kind === 'hint' ? [plainText(block.text)] : [],
  ),
];

describe('a notice', () => {
  test.each<[string, CrmEvent, string[]]>([
    [
      'of a delivery that was given up',
      { kind: 'delivery.failed', delivery: deliveryId(12), project: 'acme/app' },
      [
        'A webhook of acme/app could not be handled and was given up.',
        'An administrator sees why with tieline deliveries show 12 and tries it again with tieline deliveries replay 12.',
      ],
    ],
    [
      'of a new contact',
      { kind: 'contact.created', contact: ADA },
      ['Dev Devani created the contact Ada Lovelace.'],
    ],
    [
      'of a new organization',
      { kind: 'organization.created', organization: NAVY },
      ['Dev Devani created the organization Navy.'],
    ],
    [
      'of a contact linked to an issue',
      { kind: 'contact.linked', issue: issue(false), contacts: [ADA] },
      ['Dev Devani linked 1 contact to acme/app#4 Attachment links can be guessed', 'Ada Lovelace'],
    ],
    [
      'of contacts removed from an issue',
      { kind: 'contact.unlinked', issue: issue(false), contacts: [ADA, GRACE] },
      [
        'Dev Devani removed 2 contacts from acme/app#4 Attachment links can be guessed',
        'Ada Lovelace, Grace Hopper',
      ],
    ],
    [
      'of contacts linked to a confidential issue: its reference only',
      { kind: 'contact.linked', issue: issue(true), contacts: [ADA, GRACE] },
      ['Dev Devani linked 2 contacts to acme/app#4'],
    ],
    [
      'of contacts removed from a confidential issue: its reference only',
      { kind: 'contact.unlinked', issue: issue(true), contacts: [ADA] },
      ['Dev Devani removed 1 contact from acme/app#4'],
    ],
  ])('%s', (_name, event, expected) => {
    const reply = worded(event);
    expect(lines(reply)).toEqual(expected);
    expect(reply.visibility).toBe('public');
  });

  test('links to the issue on its own GitLab', () => {
    const { title } = worded({ kind: 'contact.linked', issue: issue(true), contacts: [ADA] });
    expect(title).toContainEqual({
      link: 'acme/app#4',
      href: 'https://gitlab.example.com/acme/app/-/issues/4',
    });
  });

  test.each<[string, CrmEvent]>([
    ['a new contact', { kind: 'contact.created', contact: ADA }],
    ['a new organization', { kind: 'organization.created', organization: NAVY }],
    ['a link', { kind: 'contact.linked', issue: issue(false), contacts: [ADA] }],
    ['a confidential link', { kind: 'contact.linked', issue: issue(true), contacts: [ADA] }],
  ])('of %s tells the channel no address, phone, note, rate or number', (_name, event) => {
    const text = JSON.stringify(worded(event));
    for (const hidden of ['@example.com', '7946', 'Signs', 'Pays', '120.50', '471'])
      expect(text).not.toContain(hidden);
  });

  test('of a confidential issue holds neither its title nor who is behind it, in no part of it', () => {
    const text = JSON.stringify(worded({ kind: 'contact.linked', issue: issue(true), contacts: [ADA] }));
    for (const hidden of ['Attachment', 'Ada', 'Lovelace']) expect(text).not.toContain(hidden);
  });
});
