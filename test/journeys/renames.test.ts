import { beforeEach, describe, expect, it } from 'vitest';
import { plantHook } from '../support/platforms.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const ADA = 'ada@example.com';

let names = 0;
let group = '';

/** A group of acme with a project in it and one in a subgroup, each with an issue that Ada is on. */
beforeEach(async () => {
  names += 1;
  group = `acme/team${names}`;
  const olga = world.gitlab.as('olga');
  await olga.createGroup(group);
  await olga.createGroup(`${group}/inner`);
  for (const project of [`${group}/calls`, `${group}/inner/deep`]) {
    await olga.createProject(project);
    const { iid } = await olga.createIssue(project, { title: 'Rings' });
    await world.gitlab.as('pia').comment(project, iid, `@tieline add_contacts ${ADA}`);
  }
  await world.settled();
  world.heard();
});

const unheard = async (work: () => Promise<unknown>): Promise<void> => {
  world.gitlab.faults.dropDeliveries(1_000);
  await work();
  await world.settled();
  world.gitlab.faults.clear();
};

/** What is known below the company of a path's last parts, and whether GitLab is thought to have it still. */
const known = async (path: string) => {
  const { prisma } = world.db.database;
  const where = { fullPath: path };
  const found = (await prisma.group.findFirst({ where })) ?? (await prisma.project.findFirst({ where }));
  return found === null ? 'unknown' : found.removedAt === null ? 'there' : 'gone';
};

const firstLine = async (line: string): Promise<string> => (await world.answer(line)).split('\n')[0] ?? '';
const LINKED = (issue: string) => `Tieline: ${issue} has 1 contact.`;

describe('another path', () => {
  it('of a group is that of all below it, by its system hook', async () => {
    await world.gitlab.renameGroup(group, `crew${names}`);
    await world.settled();
    const renamed = `acme/crew${names}`;
    for (const path of [renamed, `${renamed}/inner`, `${renamed}/calls`, `${renamed}/inner/deep`]) {
      expect([path, await known(path)]).toEqual([path, 'there']);
    }
    expect(await known(group)).toBe('unknown');
    expect(await world.rows.linked(`${renamed}/inner/deep#1`)).toEqual([ADA]);
    expect(await firstLine(`Pia: /crm contacts ${renamed}/calls#1`)).toBe(LINKED(`${renamed}/calls#1`));
    // As GitLab itself leads old paths there.
    expect(await firstLine(`Pia: /crm contacts ${group}/calls#1`)).toBe(LINKED(`${renamed}/calls#1`));
  });

  it('of a group is noticed by the next comment below it when the system hook was lost', async () => {
    await unheard(() => world.gitlab.renameGroup(group, `crew${names}`));
    const renamed = `acme/crew${names}`;
    expect(await known(renamed)).toBe('unknown');
    await world.gitlab.as('pia').comment(`${renamed}/inner/deep`, 1, 'Still here?');
    await world.settled();
    expect([await known(renamed), await known(`${renamed}/calls`)]).toEqual(['there', 'there']);
    expect(await world.db.database.prisma.transfer.count()).toBe(0);
  });

  it('of a project is followed, by its system hook', async () => {
    await world.gitlab.renameProject(`${group}/calls`, 'phone');
    await world.settled();
    expect([await known(`${group}/phone`), await known(`${group}/calls`)]).toEqual(['there', 'unknown']);
    expect(await world.rows.linked(`${group}/phone#1`)).toEqual([ADA]);
  });

  it('of a project is noticed by the sweep', async () => {
    await unheard(() => world.gitlab.renameProject(`${group}/calls`, 'phone'));
    const report = await world.tieline.sweep();
    expect(report?.mended).toContainEqual(
      expect.objectContaining({ kind: 'project', reference: `${group}/phone`, what: 'renamed' }),
    );
    expect(await world.rows.linked(`${group}/phone#1`)).toEqual([ADA]);
  });
});

describe('a path that is used again', () => {
  it('leads to what is there now, by id, and nobody sees the customers of what was there', async () => {
    await world.answer(`Pia: /crm contacts ${group}/calls#1`);
    await unheard(async () => {
      await world.gitlab.transferProject(`${group}/calls`, 'globex');
      await world.gitlab.as('olga').createProject(`${group}/calls`);
      await world.gitlab.as('olga').createIssue(`${group}/calls`, { title: 'Another one' });
    });
    world.advance(60_000);
    await world.plays(`
      Pia: /crm contacts ${group}/calls#1
      Tieline: ${group}/calls#1 has no contacts.
        Another one
        Link one with /crm link ${group}/calls#1 ada@example.com
        [Link contacts] [Share]
    `);
    await world.tieline.sweep();
    expect(await world.rows.linked('globex/calls#1')).toEqual([]);
    expect(await world.rows.linked(`${group}/calls#1`)).toEqual([]);
    world.heard();
  });
});

describe('what is gone', () => {
  it.each(['by its hooks', 'by the sweep'])('is known to be, and keeps its customers: %s', async (how) => {
    const remove = () => world.gitlab.removeGroup(group);
    await (how === 'by the sweep' ? unheard(remove) : remove());
    await world.settled();
    if (how === 'by the sweep') await world.tieline.sweep();
    for (const path of [group, `${group}/calls`, `${group}/inner/deep`]) {
      expect([path, await known(path)]).toEqual([path, 'gone']);
    }
    expect(await firstLine(`Pia: /crm contacts ${group}/calls#1`)).toContain('does not exist');
    expect(await firstLine('Pia: /crm show ada@example.com group=acme')).toContain('Ada Lovelace');
  });

  it('alone leaves the rest of its group', async () => {
    await plantHook(world.gitlab, `projects/${group}/calls`, world.tieline.url);
    await world.gitlab.removeProject(`${group}/calls`);
    await world.settled();
    expect([await known(`${group}/calls`), await known(group)]).toEqual(['gone', 'there']);
    expect(await world.rows.linked(`${group}/inner/deep#1`)).toEqual([ADA]);
  });
});
