/**
 * Names and notes given in bad faith are refused with the rule that they break, or kept and shown as they are: never
 * run, never formatted, never taken for somebody's name. Ten thousand go through values, wording and rendering,
 * some dozens through the whole program.
 */
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { describe, expect, it } from 'vitest';
import { renderArgument } from '../../src/commands/grammar/render-argument.ts';
import type { Reply } from '../../src/commands/reply.ts';
import {
  contactFields,
  contactItem,
  organizationFields,
  organizationItem,
} from '../../src/commands/wording/cards.ts';
import { wordDigest } from '../../src/commands/wording/digests.ts';
import { wordError } from '../../src/commands/wording/errors.ts';
import { wordNotice } from '../../src/commands/wording/notices.ts';
import { wordContactsChanged } from '../../src/commands/wording/outcomes.ts';
import { type Contact, fullName, type IssueSummary, type Organization } from '../../src/domain/customers.ts';
import { AppError, fail } from '../../src/domain/errors.ts';
import type { CrmEvent } from '../../src/domain/events.ts';
import { contactId, groupId, issueId, organizationId } from '../../src/domain/ids.ts';
import type { TransferView } from '../../src/domain/transfer-report.ts';
import { parseDescription, parseName, parsePhone } from '../../src/domain/values.ts';
import { renderReply as renderForGitLab } from '../../src/gitlab/render-reply.ts';
import { validateBlocks } from '../../src/sandbox/slack/block-kit/validate-blocks.ts';
import { renderReply as renderForSlack } from '../../src/slack/render-reply.ts';
import { slackIdOf } from '../support/cast.ts';
import { hostileText, visible } from '../support/hostile-texts.ts';
import { useWorld } from '../support/tieline.ts';

const AT = new Date('2026-05-04T09:30:00Z');
const INSTANCE = 'https://gitlab.example.com';

const ISSUE: IssueSummary = {
  id: issueId(5001),
  reference: 'acme/app#1',
  title: 'A title',
  state: 'opened',
  confidential: false,
};

const rows = { crmGroupId: groupId(1), active: true, version: 1, createdAt: AT, updatedAt: AT };

/** The value as it is kept, or null when a rule refuses it; any other error is a fault. */
function kept(parse: () => string | null): string | null {
  try {
    return parse();
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('input.invalid');
    const { rule } = (error as AppError<'input.invalid'>).data;
    expect(rule).toMatch(/^(?:blank|characters|too_long:\d+)$/);
    expect(JSON.stringify(wordError(error as AppError))).not.toContain('is invalid');
    return null;
  }
}

function organizationOf(name: string, description: string | null): Organization {
  return { ...rows, id: organizationId(3), name, defaultRate: null, description };
}

function contactOf(firstName: string, lastName: string, more: Partial<Contact>): Contact {
  const empty = { email: null, phone: null, description: null, organization: null };
  return { ...rows, id: contactId(12), firstName, lastName, ...empty, ...more };
}

const plain = (reply: Pick<Reply, 'title' | 'blocks'>): Reply => ({
  tone: 'info',
  visibility: 'private',
  ...reply,
});

const noticeOf = (event: CrmEvent, name: string): Reply =>
  wordNotice({ teamId: 'T1', channelId: 'C1', actor: { username: 'x', name }, event }, INSTANCE);

/** Several notices in one. */
const digestOf = (event: CrmEvent, name: string): Reply => {
  const notice = { teamId: 'T1', channelId: 'C1', actor: { username: 'x', name }, event };
  return wordDigest(Array<typeof notice>(25).fill(notice), { id: 12n, instanceUrl: INSTANCE });
};

const transferOf = (subject: string): TransferView => ({
  id: 7n,
  kind: 'group',
  state: 'applied',
  subjectId: 4n,
  subject,
  from: subject,
  to: subject,
  hasTarget: true,
  counts: { contacts: { moved: 2 }, organizations: {}, links: {} },
  reason: null,
  createdAt: new Date(0),
  decidedAt: new Date(0),
  decidedBy: null,
});

/** Replies that show this contact, with the texts that each must show. */
function repliesAbout(contact: Contact): { reply: Reply; shows: string[] }[] {
  const name = fullName(contact);
  const values = [contact.phone, contact.description, contact.organization?.name ?? null];
  const linked = { issue: ISSUE, contacts: [contact] } as const;
  const outcomes = [
    { kind: 'added', text: name, contact },
    { kind: 'not_found', text: name, nearest: name },
    { kind: 'ambiguous', text: name, candidates: [name] },
  ] as const;
  const error = (...[code, data]: Parameters<typeof fail>) => wordError(fail(code, data));
  return [
    {
      reply: plain({
        title: [{ strong: name }],
        blocks: [{ kind: 'fields', fields: contactFields(contact) }],
      }),
      shows: [name, ...values.filter((value) => value !== null)],
    },
    {
      reply: plain({ title: 'Found', blocks: [{ kind: 'list', items: [contactItem(contact)] }] }),
      shows: [name],
    },
    { reply: noticeOf({ kind: 'contact.created', contact }, name), shows: [name] },
    { reply: noticeOf({ kind: 'contact.linked', ...linked }, name), shows: [name] },
    {
      reply: noticeOf({ kind: 'contact.edited', contact, formerly: name, fields: ['lastName'] }, name),
      shows: [name],
    },
    { reply: digestOf({ kind: 'contact.created', contact }, name), shows: [name] },
    { reply: noticeOf({ kind: 'group.transfer_decided', transfer: transferOf(name) }, name), shows: [name] },
    { reply: wordContactsChanged({ issue: ISSUE, kind: 'add', outcomes }, true), shows: [name] },
    { reply: wordContactsChanged({ issue: ISSUE, kind: 'add', outcomes }, false), shows: [name] },
    { reply: error('conflict.email_taken', { email: 'a@b.co', contact: name }), shows: [name] },
    { reply: error('not_found.contact', { reference: name, nearest: name }), shows: [name] },
    { reply: error('ambiguous.contact', { reference: name, candidates: [name, name] }), shows: [name] },
    { reply: error('parse.unknown_command', { word: name, near: null }), shows: [name] },
    { reply: error('not_found.issue', { reference: name }), shows: [name] },
    { reply: error('not_found.group', { reference: name }), shows: [name] },
  ];
}

function repliesAboutOrganization(organization: Organization): { reply: Reply; shows: string[] }[] {
  const { name, description } = organization;
  return [
    {
      reply: plain({
        title: [{ strong: name }],
        blocks: [
          { kind: 'fields', fields: organizationFields(organization) },
          { kind: 'list', items: [organizationItem(organization)] },
        ],
      }),
      shows: [name, ...(description === null ? [] : [description])],
    },
    { reply: noticeOf({ kind: 'organization.created', organization }, name), shows: [name] },
    { reply: wordError(fail('conflict.name_taken', { name, organization: name })), shows: [] },
  ];
}

type Node = Readonly<Record<string, unknown>>;

/** Every text object and rich text element of a message. */
function textsOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as Node;
  const own = typeof node['text'] === 'string' ? [node] : [];
  return [...own, ...Object.values(node).flatMap(textsOf)];
}

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Slack takes it, nothing in it is more than text, and it shows what it should. */
function expectHarmlessOnSlack(reply: Reply, shows: readonly string[]): void {
  const message = renderForSlack(reply);
  expect(validateBlocks('message', message)).toEqual([]);
  expect(message.text).not.toMatch(/<[!@#]|<(?!https:\/\/gitlab\.example\.com)/);
  const texts = textsOf(message.blocks);
  const shown: string[] = [];
  for (const node of texts) {
    const text = String(node['text']);
    if (node['type'] === 'plain_text') expect(node['emoji']).toBe(false);
    if (node['type'] === 'link') expect(String(node['url'])).toMatch(/^https:\/\/gitlab\.example\.com\//);
    if (node['type'] !== 'mrkdwn') {
      shown.push(text);
      continue;
    }
    expect(node['verbatim']).toBe(true);
    expect(text).not.toMatch(/<(?!https:\/\/gitlab\.example\.com\/)/);
    expect(text.replaceAll(/<https:[^>]*>|`[^`]*`/g, '')).not.toMatch(/:[a-z0-9_+-]+:/);
    shown.push(unescaped(text));
  }
  const all = visible(shown.join(''));
  for (const text of shows) expect(all).toContain(visible(text.replaceAll(/\p{Cs}/gu, '\ufffd')));
}

const parser = new MarkdownIt({ html: true, linkify: true });
const FRAME = new Set(
  ['paragraph', 'bullet_list', 'list_item', 'strong', 'link'].flatMap((name) => [
    `${name}_open`,
    `${name}_close`,
  ]),
);
const WORDS = new Set(['inline', 'text', 'text_special', 'code_inline', 'softbreak']);

/** Markdown makes our own frame of it, text and code; GitLab finds no name, reference or command in it. */
function expectHarmlessOnGitLab(reply: Reply, shows: readonly string[]): void {
  // The sign of a warning is ours.
  const markdown = renderForGitLab(reply).replace(/^:warning: /, '');
  for (const line of markdown.split(/[\n\r\u2028\u2029]/)) expect(line).not.toMatch(/^\s*(?:- )?[/@]/);
  const tokens = parser.parse(markdown, {}).flatMap((token) => [token, ...(token.children ?? [])]);
  const strange = tokens.filter(({ type }) => !FRAME.has(type) && !WORDS.has(type)).map(({ type }) => type);
  expect(strange).toEqual([]);
  for (const token of tokens.filter(({ type }) => type === 'link_open'))
    expect(token.attrGet('href')).toMatch(/^https:\/\/gitlab\.example\.com\//);
  const words = tokens.filter(({ type }) => type === 'text' || type === 'text_special');
  for (const { content } of words) expect(content).not.toMatch(/(?<!\w)@\w|:\/\/|\[contact:|:\w+:/);
  const all = visible(
    tokens
      .filter(({ type }) => type === 'text' || type === 'text_special' || type === 'code_inline')
      .map(({ content }) => content)
      .join(''),
  );
  for (const text of shows) expect(all).toContain(visible(text.replaceAll(/\p{Cs}/gu, '\ufffd')));
}

describe('ten thousand names and notes in bad faith', () => {
  const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 1_000);

  it('are refused by a rule, or shown as the letters they are', () => {
    const texts = fc.tuple(hostileText, hostileText, hostileText, fc.nat(15));
    fc.assert(
      fc.property(texts, ([first, last, note, which]) => {
        const firstName = kept(() => parseName('first name', first));
        const lastName = kept(() => parseName('last name', last));
        const name = kept(() => parseName('name', last));
        const description = kept(() => parseDescription(note));
        const phone = kept(() => parsePhone(note.slice(0, 33)));
        const about = name === null ? [] : repliesAboutOrganization(organizationOf(name, description));
        if (firstName !== null && lastName !== null) {
          const organization = name === null ? null : { id: organizationId(3), name };
          about.push(...repliesAbout(contactOf(firstName, lastName, { phone, description, organization })));
        }
        const chosen = about[which % Math.max(1, about.length)];
        if (!chosen) return;
        expectHarmlessOnSlack(chosen.reply, chosen.shows);
        expectHarmlessOnGitLab(chosen.reply, chosen.shows);
      }),
      { numRuns: RUNS },
    );
  }, 300_000);

  it('that were typed and mean nothing are repeated as the letters they are', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const word = text.slice(0, 200);
        const repeated = [
          wordError(fail('parse.unknown_command', { word, near: word })),
          wordError(fail('input.unknown_option', { option: word, near: word, known: [word] })),
          wordError(fail('not_found.organization', { reference: word, nearest: word })),
        ];
        for (const reply of repeated) {
          expectHarmlessOnSlack(reply, []);
          expectHarmlessOnGitLab(reply, []);
        }
      }),
      { numRuns: RUNS / 10 },
    );
  }, 120_000);
});

describe('some dozens of them through the whole program', () => {
  const world = useWorld();
  const SEED = 20_260_504;
  const PEOPLE = 36;

  /** Names that can be kept; the others are for the refusals. */
  const names = fc
    .sample(fc.tuple(hostileText, hostileText), { numRuns: 400, seed: SEED })
    .filter((pair) => pair.every((text) => text.length <= 60));
  const storable = names
    .filter(([first, last]) => [first, last].every((text) => kept(() => parseName('name', text)) !== null))
    .slice(0, PEOPLE);

  /** What Dev is told, as `visible` has it. The text may hold lines and signs that no transcript can. */
  async function says(text: string): Promise<string> {
    await world.slack.as(slackIdOf('dev')).command('support', `/crm ${text}`, { raw: true });
    await world.settled();
    return visible(world.heard().join(''));
  }

  it('are created, shown and found on Slack', async () => {
    // A quote cannot be typed between quotes; the others come in by the database below.
    const typable = storable.filter((pair) =>
      pair.every((text) => !/["“”„‟]/.test(text) && /[^\s\p{C}\p{Z}]/u.test(text)),
    );
    expect(typable.length).toBeGreaterThan(20);
    for (const [index, [first, last]] of typable.entries()) {
      const [typedFirst, typedLast] = [first, last].map((text) => renderArgument(text.trim(), 'slack'));
      const email = `hostile${index}@example.com`;
      const made = await says(`new contact first=${typedFirst} last=${typedLast} email=${email}`);
      expect(made).toContain(visible(`Contact ${first.trim()} ${last.trim()} created`));
      expect(await says(`show ${email}`)).toContain(visible(`${first.trim()} ${last.trim()}`));
      expect(await says(`find ${email}`)).toContain(visible(`${first.trim()} ${last.trim()}`));
    }
    const made = await world.db.database.prisma.contact.findMany({
      where: { email: { startsWith: 'hostile' } },
      orderBy: { id: 'asc' },
    });
    expect(made.map(({ firstName, lastName }) => [visible(firstName), visible(lastName)])).toEqual(
      typable.map(([first, last]) => [visible(first.trim()), visible(last.trim())]),
    );
  }, 300_000);

  it('are linked and listed in comments, and start nothing there', async () => {
    const { prisma } = world.db.database;
    const acme = await prisma.group.findFirstOrThrow({ where: { fullPath: 'acme' } });
    await prisma.contact.createMany({
      data: storable.map(([first, last], index) => ({
        crmGroupId: acme.id,
        firstName: first.trim(),
        lastName: last.trim(),
        email: `hostile${index}@example.com`,
      })),
    });
    for (let at = 0; at < storable.length; at += 6) {
      const some = storable.slice(at, at + 6);
      const emails = some.map((_, index) => `hostile${at + index}@example.com`);
      const added = await world.answer(`Pia on acme/app#1: @tieline add_contacts ${emails.join(' ')}`);
      expect(added).toContain(`${emails.length} contacts added`);
      const listed = await world.answer('Pia on acme/app#1: @tieline contacts');
      for (const [first, last] of some)
        expect(visible(listed)).toContain(visible(`${first.trim()} ${last.trim()}`));
      await world.answer(`Pia on acme/app#1: @tieline remove_contacts ${emails.join(' ')}`);
    }
    expect(world.gitlab.issue('acme/app', 1).state).toBe('opened');
    expect(await world.rows.linked('acme/app#1')).toEqual([]);
  }, 300_000);

  it('that cannot be kept are refused by name of the rule, and nothing is left of them', async () => {
    const long = 'x'.repeat(256);
    await world.changesNothing(async () => {
      expect(await world.answer(`Dev: /crm new contact first=A last=${long}`)).toContain(
        'Last name is too long (maximum is 255 characters).',
      );
      expect(await world.answer(`Dev: /crm new org ${long}`)).toContain(
        'is too long (maximum is 255 characters).',
      );
      expect(await world.answer('Dev: /crm new contact first=A last="  "')).toContain("can't be blank");
      expect(await world.answer('Dev: /crm new contact first=A last=\u200b\u202e')).toContain(
        "can't be blank",
      );
      expect(await world.answer(`Dev: /crm new contact A B phone=${'1'.repeat(33)}`)).toContain(
        'Phone is too long (maximum is 32 characters).',
      );
      expect(await world.answer(`Dev: /crm new contact A B note=${'n'.repeat(1025)}`)).toContain(
        'is too long (maximum is 1024 characters).',
      );
    });
  }, 60_000);
});
