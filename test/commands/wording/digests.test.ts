import { describe, expect, test } from 'vitest';
import { plainText, type ReplyBlock } from '../../../src/commands/reply.ts';
import { wordDigest, wordDigestPage } from '../../../src/commands/wording/digests.ts';
import type { Contact } from '../../../src/domain/customers.ts';
import type { CrmEvent } from '../../../src/domain/events.ts';
import { contactId, deliveryId, groupId, issueId } from '../../../src/domain/ids.ts';
import { validateBlocks } from '../../../src/sandbox/slack/block-kit/validate-blocks.ts';
import type { NoticePayload } from '../../../src/services/notices/announce.ts';
import { renderReply } from '../../../src/slack/render-reply.ts';

const contact = (name: string): Contact => ({
  id: contactId(1),
  crmGroupId: groupId(1),
  firstName: name,
  lastName: 'Doe',
  email: null,
  phone: null,
  description: null,
  organization: null,
  active: true,
  version: 1,
  createdAt: new Date(0),
  updatedAt: new Date(0),
});
const told = (event: CrmEvent): NoticePayload => ({
  teamId: 'T1',
  channelId: 'C1',
  actor: { username: 'dev', name: 'Dev Devani' },
  event,
});
const created = (name: string) => told({ kind: 'contact.created', contact: contact(name) });
const linked = (title: string, people: number) =>
  told({
    kind: 'contact.linked',
    issue: { id: issueId(1), reference: 'acme/app#4', title, state: 'opened', confidential: false },
    contacts: Array.from({ length: people }, (_, n) => contact(`P${n}`)),
  });
const AT = { id: 12n, instanceUrl: 'https://gitlab.example.com' };
const digest = (notices: NoticePayload[]) => wordDigest(notices, AT);
const rowsOf = (blocks: readonly ReplyBlock[]): string[] =>
  blocks.flatMap((block) =>
    block.kind === 'list'
      ? block.items.map(({ text, detail }) => [text, ...(detail ? [detail] : [])].map(plainText).join(' / '))
      : block.kind === 'hint'
        ? [plainText(block.text)]
        : block.kind === 'actions'
          ? block.actions.map(({ label, command }) => `[${label}: ${command}]`)
          : [],
  );

describe('a digest', () => {
  test('has a line for each thing, in order, as its own notice would say it', () => {
    const { title, blocks, visibility } = digest([created('Ann'), linked('Export stops', 2), created('Bob')]);
    expect(plainText(title)).toBe('3 things happened.');
    expect(rowsOf(blocks)).toEqual([
      'Dev Devani created the contact Ann Doe.',
      'Dev Devani linked 2 contacts to acme/app#4 Export stops / P0 Doe, P1 Doe',
      'Dev Devani created the contact Bob Doe.',
    ]);
    expect(visibility).toBe('public');
  });

  test('of many shows the first, says how many more there are, and how to see them', () => {
    const { title, blocks } = digest(Array.from({ length: 52 }, (_, n) => created(`N${n}`)));
    const rows = rowsOf(blocks);
    expect(plainText(title)).toBe('52 things happened.');
    expect(rows).toHaveLength(22);
    expect(rows.slice(19)).toEqual([
      'Dev Devani created the contact N19 Doe.',
      'And 32 more: /crm digest 12',
      '[Show all: digest 12]',
    ]);
  });

  test('of long things shows fewer, and still counts the rest', () => {
    const rows = rowsOf(digest(Array.from({ length: 30 }, () => linked('x'.repeat(900), 1))).blocks);
    const left = Number(/And (\d+) more/.exec(rows.join('\n'))?.[1]);
    expect(rows.filter((row) => row.startsWith('Dev Devani')).length + left).toBe(30);
  });

  const failed = told({ kind: 'delivery.failed', delivery: deliveryId(7), project: 'acme/app' });
  const raised = told({ kind: 'health.raised', what: 'the token runs out', todo: 'make another' });
  const resolved = told({ kind: 'health.resolved', what: 'the token runs out', todo: '' });

  test.each([
    ['a failure', [created('Ann'), failed], 'warning', '2 things happened, one of them a problem.'],
    ['a problem', [raised, created('Ann')], 'warning', '2 things happened, one of them a problem.'],
    ['both', [raised, failed, resolved], 'warning', '3 things happened, 2 of them problems.'],
    ['only problems', [raised, failed], 'warning', '2 problems.'],
    ['the end of a problem', [resolved, created('Ann')], 'info', '2 things happened.'],
    ['neither', [created('Ann'), created('Bob')], 'info', '2 things happened.'],
  ])('with %s in it says so', (_what, notices, tone, title) => {
    const reply = digest(notices);
    expect([reply.tone, plainText(reply.title)]).toEqual([tone, title]);
  });

  test('of many shows a problem whenever it came', () => {
    const rows = rowsOf(digest([...Array.from({ length: 40 }, (_, n) => created(`N${n}`)), raised]).blocks);
    expect(rows[0]).toBe('Tieline needs a hand: the token runs out. / What to do: make another.');
    expect(rows[1]).toBe('Dev Devani created the contact N0 Doe.');
    expect(rows).toContain('And 21 more: /crm digest 12');
  });

  test.each([
    ['500 short things', Array.from({ length: 500 }, (_, n) => created(`N${n}`))],
    [
      '500 things as long as can be',
      Array.from({ length: 500 }, () => linked('<!channel> &'.repeat(20), 300)),
    ],
    ['one thing that is too long', [linked('t'.repeat(255), 3000), created('A')]],
    ['names that are nothing', Array.from({ length: 9 }, () => created('\u200B'))],
  ])('of %s is a message that Slack takes', (_what, notices) => {
    const message = renderReply(digest(notices));
    expect(validateBlocks('message', message)).toEqual([]);
    expect(message.text).not.toContain('<!');
  });
});

describe('a page of a digest', () => {
  const page = (at: number, notices: NoticePayload[], total: number) =>
    wordDigestPage({ id: 12n, notices, total, page: at, first: at * 20 + 1 }, AT.instanceUrl);

  test('says where it is and leads to the next', () => {
    const names = Array.from({ length: 20 }, (_, n) => created(`N${n}`));
    expect(rowsOf(page(0, names, 52).blocks).slice(20)).toEqual([
      '1 to 20 of 52.',
      '[More: digest 12 page=2]',
    ]);
    expect(rowsOf(page(2, names.slice(0, 12), 52).blocks).slice(12)).toEqual(['41 to 52 of 52.']);
  });

  test('says of problems, too', () => {
    const raised = told({ kind: 'health.raised', what: 'the token runs out', todo: 'make another' });
    expect(page(0, [created('Ann'), raised], 30)).toMatchObject({ tone: 'warning' });
    expect(page(0, [created('Ann')], 30)).toMatchObject({ tone: 'info' });
  });

  test('of nothing says so', () => {
    expect(page(0, [], 0)).toMatchObject({ tone: 'warning', visibility: 'private' });
  });
});
