import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** A new issue with Ada and Hedy on it. */
async function issueWithContacts(project: string): Promise<number> {
  const { iid } = await world.gitlab.as('olga').createIssue(project, { title: 'Wanders about' });
  await world.settled();
  await world.answer(`Pia on ${project}#${iid}: @tieline add_contacts ada@example.com hedy@example.org`);
  return iid;
}

const BOTH = ['ada@example.com', 'hedy@example.org'];

/** The transfers that were made, as lines. */
const transfers = async () =>
  (await world.db.database.prisma.transfer.findMany({ orderBy: { id: 'asc' } })).map(
    ({ kind, state, formerPath, subjectPath }) => `${kind} ${state}: ${formerPath} to ${subjectPath}`,
  );

/** What was newly said on an issue; GitLab copies the notes of a moved issue along, also the bot's. */
const saidOn = (issue: string): string[] =>
  world
    .heard()
    .filter((line) => line.startsWith(`Tieline on ${issue}: `) && !line.includes(' added'))
    .map((line) => line.slice(`Tieline on ${issue}: `.length));

describe('an issue moved in GitLab', () => {
  it('takes its contacts along within the same crm group', async () => {
    const iid = await issueWithContacts('acme/app');
    const moved = await world.gitlab.as('olga').moveIssue('acme/app', iid, 'acme/website');
    await world.settled();
    expect(await world.rows.linked(`acme/website#${moved.iid}`)).toEqual(BOTH);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    expect(saidOn(`acme/website#${moved.iid}`)).toEqual([]);
    expect(await transfers()).toEqual([`issue applied: acme/app#${iid} to acme/website#${moved.iid}`]);
  });

  it('leaves them in the crm group that it left, and says so on the new issue', async () => {
    await world.gitlab.setRole('olga', 'globex', 'developer');
    const iid = await issueWithContacts('acme/app');
    const moved = await world.gitlab.as('olga').moveIssue('acme/app', iid, 'globex/portal');
    await world.settled();
    expect(await world.rows.linked(`globex/portal#${moved.iid}`)).toEqual([]);
    expect(await world.rows.linked(`acme/app#${iid}`)).toEqual([]);
    expect(saidOn(`globex/portal#${moved.iid}`)).toEqual(['removed 2 contacts']);
  });
});

/** Groups and projects of their own for a test, each project with one issue that has Ada and Hedy on it. */
async function family(name: string, projects: readonly string[]): Promise<string[]> {
  const olga = world.gitlab.as('olga');
  await olga.createGroup(`acme/${name}`);
  const issues: string[] = [];
  for (const project of projects) {
    const path = `acme/${name}/${project}`;
    await olga.createProject(path);
    issues.push(`${path}#${await issueWithContacts(path)}`);
  }
  world.heard();
  return issues;
}

const comment = (issue: string) => {
  const [project = '', iid] = issue.split('#');
  return world.gitlab.as('olga').comment(project, Number(iid), 'Where are we?');
};

describe('a project transferred in GitLab', () => {
  it('keeps its links in the same crm group, under its new path', async () => {
    const [issue = ''] = await family('one', ['a']);
    await world.gitlab.transferProject('acme/one/a', 'acme/support');
    await world.settled();
    expect(await world.rows.linked(issue.replace('acme/one', 'acme/support'))).toEqual(BOTH);
    expect(await transfers()).toEqual([]);
  });

  it('loses them in another one, by the system hook alone', async () => {
    await family('two', ['b']);
    await world.gitlab.transferProject('acme/two/b', 'globex');
    await world.settled();
    expect(await world.rows.linked('globex/b#1')).toEqual([]);
    expect(await transfers()).toEqual(['project applied: acme/two/b to globex/b']);
  });

  it('is noticed by the next hook from it when the system hook was lost', async () => {
    await family('three', ['c']);
    world.gitlab.faults.dropDeliveries(1);
    await world.gitlab.transferProject('acme/three/c', 'globex');
    await world.settled();
    expect(await transfers()).toEqual([]);
    await comment('globex/c#1');
    await world.settled();
    expect(await transfers()).toEqual(['project applied: acme/three/c to globex/c']);
  });
});

describe('a group transferred in GitLab', () => {
  it('is held once, however many of its projects tell of it at once', async () => {
    const issues = await family('four', ['d', 'e', 'f', 'g']);
    await world.gitlab.transferGroup('acme/four', 'globex');
    await world.settled();
    expect(await transfers()).toEqual([]);
    const moved = issues.map((issue) => issue.replace('acme/', 'globex/'));
    await Promise.all([...moved, ...moved].map(comment));
    await world.settled();
    expect(await transfers()).toEqual(['group held: acme/four to globex/four']);
    for (const issue of moved) expect(await world.rows.linked(issue)).toEqual(BOTH);
  });

  it('within its crm group takes every path below it along by one hook', async () => {
    const [first = '', second = ''] = await family('five', ['h', 'i']);
    await world.gitlab.transferGroup('acme/five', 'acme/support');
    await comment(first.replace('acme/', 'acme/support/'));
    await world.settled();
    expect(await world.rows.linked(second.replace('acme/', 'acme/support/'))).toEqual(BOTH);
    expect(await transfers()).toEqual([]);
  });
});
