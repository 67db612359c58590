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
