import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gitlabSentence, unavailableContacts } from '../../../src/commands/wording/gitlab-sentences.ts';
import { AppError } from '../../../src/domain/errors.ts';
import { type ContactId, contactId } from '../../../src/domain/ids.ts';
import type { ContactsById } from '../../../src/domain/link-plan-by-id.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { setContactsById } from '../../../src/services/issues/set-contacts-by-id.ts';
import { type Name, type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
/** Four contacts of acme, the first two of which are on the issue; one inactive; one of globex. */
let C: Record<'c1' | 'c2' | 'c3' | 'c4' | 'inactive' | 'foreign', ContactId>;
const NOBODY = contactId(999_999);
const ISSUE = 'acme/support/desk#1';

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  await stage.db.empty();
  const made = async (path: string, name: string, active = true) =>
    (await stage.contact(path, `${name} Person`, { email: `${name}@example.com`, active })).id;
  C = {
    c1: await made('acme', 'c1'),
    c2: await made('acme', 'c2'),
    c3: await made('acme', 'c3'),
    c4: await made('acme', 'c4'),
    inactive: await made('acme', 'inactive', false),
    foreign: await made('globex', 'foreign'),
  };
  await set({ addIds: [C.c1, C.c2] });
  await stage.db.database.prisma.auditEntry.deleteMany();
});

async function set(asked: ContactsById, who: Name = 'rita') {
  return setContactsById(stage.deps, await stage.onIssue(who, ISSUE), asked);
}

const onIssue = async (): Promise<string[]> =>
  (
    await stage.db.database.prisma.issueContact.findMany({
      select: { contact: { select: { firstName: true } } },
    })
  )
    .map(({ contact }) => contact.firstName)
    .sort();

async function sentenceOf(work: Promise<unknown>): Promise<string | null> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw error ?? new Error('nothing was refused');
  return gitlabSentence(error) ?? error.code;
}

const unavailable = (id: ContactId): string =>
  `Issue customer relations contacts ${id}: The resource that you are attempting to access does not exist or you don't have permission to perform this action`;

describe('setting contacts by id does as GitLab does', () => {
  test.each<[string, () => ContactsById, string[], [added: number, removed: number]]>([
    ['replaces', () => ({ replaceIds: [C.c2, C.c3] }), ['c2', 'c3'], [1, 1]],
    ['replaces by none', () => ({ replaceIds: [] }), [], [0, 2]],
    ['adds', () => ({ addIds: [C.c4] }), ['c1', 'c2', 'c4'], [1, 0]],
    ['removes', () => ({ removeIds: [C.c1] }), ['c2'], [0, 1]],
    ['removes an unknown one: success', () => ({ removeIds: [NOBODY] }), ['c1', 'c2'], [0, 0]],
    ['removes and adds', () => ({ removeIds: [C.c2], addIds: [C.c4] }), ['c1', 'c4'], [1, 1]],
    ['adds who is there: success', () => ({ addIds: [C.c1] }), ['c1', 'c2'], [0, 0]],
    ['adds one twice: one link', () => ({ addIds: [C.c4, C.c4] }), ['c1', 'c2', 'c4'], [1, 0]],
    ['removes who is not there: success', () => ({ removeIds: [C.c4] }), ['c1', 'c2'], [0, 0]],
    ['adds an inactive one', () => ({ addIds: [C.inactive] }), ['c1', 'c2', 'inactive'], [1, 0]],
  ])('%s', async (_, asked, names, counts) => {
    const { addedCount, removedCount, unavailable: missing, contacts } = await set(asked());
    expect(await onIssue()).toEqual(names);
    expect(contacts.map(({ firstName }) => firstName)).toEqual(names);
    expect([addedCount, removedCount]).toEqual(counts);
    expect(missing).toEqual([]);
    const audits = await stage.db.database.prisma.auditEntry.findMany({ orderBy: { id: 'asc' } });
    expect(audits.map(({ action }) => action)).toEqual([
      ...(counts[0] > 0 ? ['contact.linked'] : []),
      ...(counts[1] > 0 ? ['contact.unlinked'] : []),
    ]);
  });

  test.each<[string, () => ContactsById, () => ContactId[], string[]]>([
    ['an id that nobody has', () => ({ replaceIds: [NOBODY] }), () => [NOBODY], []],
    ['a contact of another group', () => ({ addIds: [C.foreign] }), () => [C.foreign], ['c1', 'c2']],
    ['a good one beside a bad one', () => ({ addIds: [C.c4, NOBODY] }), () => [NOBODY], ['c1', 'c2', 'c4']],
    [
      'several bad ones',
      () => ({ addIds: [NOBODY, C.foreign, contactId(999_998)] }),
      () => [NOBODY, C.foreign, contactId(999_998)],
      ['c1', 'c2'],
    ],
  ])('%s: an error for what is not there, the rest is done', async (_, asked, missing, names) => {
    expect((await set(asked(), 'olga')).unavailable).toEqual(missing());
    expect(await onIssue()).toEqual(names);
  });

  test.each<[string, () => ContactsById, string]>([
    [
      'replace together with remove',
      () => ({ replaceIds: [C.c1], removeIds: [C.c2] }),
      'You cannot combine replace_ids with add_ids or remove_ids',
    ],
    [
      'replace together with add',
      () => ({ replaceIds: [C.c1], addIds: [C.c4] }),
      'You cannot combine replace_ids with add_ids or remove_ids',
    ],
    ['nothing given', () => ({ addIds: [] }), 'You cannot combine replace_ids with add_ids or remove_ids'],
    [
      'one id seven times',
      () => ({ addIds: Array.from({ length: 7 }, () => C.c4) }),
      'You can only add up to 6 contacts at one time',
    ],
  ])('%s is refused in its words', async (_, asked, sentence) => {
    expect(await sentenceOf(set(asked()))).toBe(sentence);
    expect(await onIssue()).toEqual(['c1', 'c2']);
  });

  test('a Guest is refused in its words, a stranger as if there were no issue', async () => {
    expect(await sentenceOf(set({ replaceIds: [] }, 'gus'))).toBe(
      'You have insufficient permissions to set customer relations contacts for this issue',
    );
    expect(await sentenceOf(set({ replaceIds: [] }, 'nina'))).toBe('not_found.issue');
  });

  test('nobody may where CRM is off for the subgroup', async () => {
    await stage.configure('acme/support', { crmEnabled: false });
    expect(await sentenceOf(set({ replaceIds: [] }, 'olga'))).toBe('forbidden.crm_disabled');
  });

  test('several ids that are not there make one sentence', () => {
    const [a, b, c] = [contactId(1), contactId(2), contactId(3)];
    expect(unavailableContacts([])).toBeNull();
    expect(unavailableContacts([a])).toBe(unavailable(a));
    expect(unavailableContacts([a, b])).toBe(`${unavailable(a)} and ${unavailable(b)}`);
    expect(unavailableContacts([a, b, c])).toBe(
      `${unavailable(a)}, ${unavailable(b)}, and ${unavailable(c)}`,
    );
  });
});

describe('setting contacts by e-mail differs from GitLab on purpose', () => {
  const byEmail = async (kind: 'add' | 'remove' | 'replace', ...references: string[]) => {
    const { outcomes } = await changeContacts(stage.deps, await stage.onIssue('rita', ISSUE), {
      kind,
      references,
      names: false,
    });
    return outcomes.map((outcome) => `${outcome.text} ${outcome.kind}`);
  };

  test.each<[string, 'add' | 'remove' | 'replace', string[], string[], string[]]>([
    ['as there: adds', 'add', ['c4@example.com'], ['c4@example.com added'], ['c1', 'c2', 'c4']],
    ['as there: removes', 'remove', ['c1@example.com'], ['c1@example.com removed'], ['c2']],
    ['removing ignores case', 'remove', ['C1@Example.com'], ['C1@Example.com removed'], ['c2']],
    ['an unknown address is told', 'add', ['zzz@nowhere.org'], ['zzz@nowhere.org not_found'], ['c1', 'c2']],
    [
      'an inactive contact is refused',
      'add',
      ['inactive@example.com'],
      ['inactive@example.com inactive'],
      ['c1', 'c2'],
    ],
    [
      'a replacement tells who goes, by number',
      'replace',
      ['c2@example.com', 'c3@example.com'],
      ['c2@example.com already_there', 'c3@example.com added', 'C1 removed'],
      ['c2', 'c3'],
    ],
    [
      'a replacement by somebody unknown removes nobody',
      'replace',
      ['c3@example.com', 'zzz@nowhere.org'],
      ['c3@example.com added', 'zzz@nowhere.org not_found', 'C1 kept', 'C2 kept'],
      ['c1', 'c2', 'c3'],
    ],
    ['a replacement by none clears', 'replace', [], ['C1 removed', 'C2 removed'], []],
  ])('%s', async (_, kind, references, outcomes, names) => {
    expect(await byEmail(kind, ...references)).toEqual(outcomes);
    expect(await onIssue()).toEqual(names);
  });

  test('of eight the first six are added and the rest named', async () => {
    const emails = Array.from({ length: 8 }, (_, index) => `n${index}@example.com`);
    for (const email of emails) await stage.contact('acme', `N ${email}`, { email });
    expect((await byEmail('add', ...emails)).slice(5)).toEqual([
      'n5@example.com added',
      'n6@example.com over_limit',
      'n7@example.com over_limit',
    ]);
  });
});
