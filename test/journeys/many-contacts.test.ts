import { expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

it('an issue of very many contacts shows them page by page on Slack, and all of them in a note', async () => {
  const { prisma } = world.db.database;
  await world.answer('Pia: /crm link acme/app#1 ada@example.com');
  await world.answer('Pia: /crm unlink acme/app#1 ada@example.com');
  const issue = await prisma.issue.findFirstOrThrow({
    where: { iid: 1, project: { fullPath: 'acme/app' } },
  });
  const crmGroupId = issue.crmGroupId ?? 0n;
  for (let n = 10; n < 65; n += 1) {
    const { id } = await prisma.contact.create({
      data: { crmGroupId, firstName: 'Guest', lastName: `No${n}` },
    });
    await prisma.issueContact.create({ data: { crmGroupId, issueId: issue.id, contactId: id } });
  }
  const first = await world.answer('Pia: /crm contacts acme/app#1');
  expect(first).toContain('acme/app#1 has 55 contacts.');
  expect(first).toContain('1 to 20 of 55.');
  expect(first).toContain('Guest No29');
  expect(first).not.toContain('Guest No30');
  await world.answer('Pia presses: More');
  const third = await world.answer('Pia presses: More');
  expect(third).toContain('41 to 55 of 55.');
  expect(third).toContain('Guest No64');
  expect(third).not.toContain('[More]');
  expect(await world.answer('Pia: /crm contacts acme/app#1 page=9')).toContain(
    'There is no such page of them.',
  );
  const note = await world.answer('Pia on acme/app#1: @tieline contacts');
  expect(note.match(/Guest No\d\d/g)).toHaveLength(55);
});
