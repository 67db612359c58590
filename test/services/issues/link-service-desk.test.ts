import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  linkServiceDeskIssue,
  type ServiceDeskMail,
} from '../../../src/services/issues/link-service-desk.ts';
import { type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterEach(() => stage.db.empty());
afterAll(() => stage.close());

const prisma = () => stage.db.database.prisma;

/** What a mail about an issue comes to, in addresses; `issue` is in acme unless said. */
async function link(
  mail: Partial<Omit<ServiceDeskMail, 'issue'>>,
  issue = 'acme/support/desk#2',
): Promise<(string | null)[]> {
  const [project = '', iid = ''] = issue.split('#');
  const found = await stage.deps.directory.issue(project, Number(iid));
  if (!found) throw new Error(`no issue ${issue}`);
  const { contacts } = await linkServiceDeskIssue(stage.deps, {
    issue: found,
    from: null,
    replyTo: null,
    cc: [],
    ...mail,
  });
  return contacts.map(({ email }) => email).sort();
}

const ada = () => stage.contact('acme', 'Ada Lovelace', { email: 'Ada@example.com' });
const grace = () => stage.contact('acme', 'Grace Hopper', { email: 'grace@example.com' });

describe('an issue made from a mail', () => {
  test('is linked to the sender and the copies, ignoring case', async () => {
    await ada();
    await grace();
    expect(await link({ from: 'ADA@EXAMPLE.COM', cc: ['Grace@Example.com', 'who@example.com'] })).toEqual([
      'Ada@example.com',
      'grace@example.com',
    ]);
    expect(await prisma().issueContact.count()).toBe(2);
  });

  test('takes Reply-To for the sender when there is one', async () => {
    await ada();
    await grace();
    expect(await link({ from: 'ada@example.com', replyTo: 'grace@example.com' })).toEqual([
      'grace@example.com',
    ]);
  });

  test('takes Reply-To for the sender also when nobody has it', async () => {
    await ada();
    expect(await link({ from: 'ada@example.com', replyTo: 'who@example.com' })).toEqual([]);
  });

  test('takes From where Reply-To is empty, and addresses with a name', async () => {
    await ada();
    expect(await link({ from: '"Lovelace, Ada" <ada@example.com>', replyTo: ' ' })).toEqual([
      'Ada@example.com',
    ]);
  });

  test('makes no contact of an unknown sender', async () => {
    expect(await link({ from: 'who@example.com' })).toEqual([]);
    expect(await prisma().contact.count()).toBe(0);
    expect(await prisma().issueContact.count()).toBe(0);
  });

  test('is linked to more than six', async () => {
    const cc = Array.from({ length: 9 }, (_, index) => `p${index}@example.com`);
    for (const email of cc) await stage.contact('acme', `Person ${email}`, { email });
    expect(await link({ from: 'who@example.com', cc })).toEqual(cc);
  });

  test('is linked later to copies that were not known at once, and no more to a sender whom somebody removed', async () => {
    await ada();
    await grace();
    expect(await link({ from: 'ada@example.com' })).toEqual(['Ada@example.com']);
    await prisma().issueContact.deleteMany();
    expect(await link({ from: 'ada@example.com', cc: ['grace@example.com'] })).toEqual(['grace@example.com']);
    await prisma().issueContact.deleteMany();
    for (const cc of [[], ['grace@example.com']]) await link({ from: 'ada@example.com', cc });
    expect(await prisma().issueContact.count()).toBe(0);
  });

  test('is not linked to the sender again once copies were known', async () => {
    await ada();
    expect(await link({ from: 'ada@example.com', cc: ['who@example.com'] })).toEqual(['Ada@example.com']);
    await prisma().issueContact.deleteMany();
    expect(await link({ from: 'ada@example.com' })).toEqual([]);
  });

  test('is linked to an inactive contact', async () => {
    await stage.contact('acme', 'Annie Easley', { email: 'annie@example.com', active: false });
    expect(await link({ from: 'annie@example.com' })).toEqual(['annie@example.com']);
  });

  test('is not linked to contacts of another company', async () => {
    await stage.contact('globex', 'Ada Lovelace', { email: 'ada@example.com' });
    expect(await link({ from: 'ada@example.com' })).toEqual([]);
  });

  test('is linked to contacts of the source that its group sets', async () => {
    await stage.inGroup('olga', 'acme/support');
    await stage.configure('acme/support', { source: 'acme/support' });
    await ada();
    await stage.contact('acme/support', 'Grace Hopper', { email: 'grace@example.com' });
    expect(await link({ from: 'ada@example.com', cc: ['grace@example.com'] })).toEqual(['grace@example.com']);
  });

  test('is left alone where CRM is off for its own group', async () => {
    await ada();
    await stage.inGroup('olga', 'acme/support');
    await stage.configure('acme/support', { crmEnabled: false });
    expect(await link({ from: 'ada@example.com' })).toEqual([]);
  });

  test('is linked where CRM is off for the crm group alone', async () => {
    await ada();
    await stage.configure('acme', { crmEnabled: false });
    expect(await link({ from: 'ada@example.com' })).toEqual(['Ada@example.com']);
  });

  test('is left alone in a personal project', async () => {
    await ada();
    await stage.gitlab.setRole('tieline', 'nina/notes', 'maintainer');
    stage.forget();
    expect(await link({ from: 'ada@example.com' }, 'nina/notes#1')).toEqual([]);
    await stage.gitlab.setRole('tieline', 'nina/notes', null);
  });

  test('is linked once, by the system, and channels are told', async () => {
    await ada();
    await stage.subscribe('acme', 'C1');
    expect(await link({ from: 'ada@example.com' })).toHaveLength(1);
    await prisma().issueContact.deleteMany();
    expect(await link({ from: 'ada@example.com' })).toHaveLength(1);
    expect(await prisma().issueContact.count()).toBe(0);
    const audit = await prisma().auditEntry.findMany({ where: { action: 'contact.linked' } });
    expect(audit).toMatchObject([{ actorId: null, surface: 'system', subjectKind: 'issue' }]);
    const notices = await prisma().outboxMessage.findMany();
    expect(notices.map(({ payload }) => payload)).toMatchObject([
      { actor: null, event: { kind: 'contact.linked' } },
    ]);
  });
});
