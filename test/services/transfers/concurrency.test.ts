import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/domain/errors.ts';
import { issueId } from '../../../src/domain/ids.ts';
import { createContact } from '../../../src/services/contacts/create-contact.ts';
import { openCrmGroup } from '../../../src/services/groups/open-crm-group.ts';
import { changeContacts } from '../../../src/services/issues/change-contacts.ts';
import { openFetchedIssue } from '../../../src/services/issues/open-issue.ts';
import { migrateTransfer } from '../../../src/services/transfers/decide-held.ts';
import { moveIssue } from '../../../src/services/transfers/move-issue.ts';
import { transferGroup } from '../../../src/services/transfers/transfer-group.ts';
import { transferProject } from '../../../src/services/transfers/transfer-project.ts';
import { openTransferStage, type TransferStage } from '../../support/transfer-stage.ts';

let stage: TransferStage;
beforeAll(async () => {
  stage = await openTransferStage();
});
afterAll(async () => stage.close());

beforeEach(async () => {
  await stage.reset();
  for (const [name, parent] of [
    ['R', null],
    ['A', 'R'],
    ['N', null],
    ['NS', 'N'],
  ] as const)
    await stage.group(name, parent);
  stage.person('olga', { R: 'owner', N: 'owner', A: 'owner' });
  for (const [project, group] of [
    ['PR', 'R'],
    ['PA', 'A'],
    ['PN', 'N'],
  ] as const) {
    await stage.project(project, group);
    for (let n = 0; n < 3; n += 1) await stage.issue(project);
  }
});

const EMAILS = Array.from({ length: 8 }, (_, index) => `person${index}@example.com`);

/** What somebody may be told; anything else is our own fault and comes out. */
async function orRefused(act: () => Promise<unknown>): Promise<string> {
  try {
    await act();
    return 'done';
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

const create = (group: string, email: string) =>
  orRefused(async () => {
    const opened = await openCrmGroup(stage.deps, stage.actor('olga'), stage.id(group));
    await createContact(stage.deps, opened, { firstName: 'Person', lastName: email, email });
  });

const link = (issue: string, email: string) =>
  orRefused(async () => {
    const opened = await openFetchedIssue(stage.deps, stage.actor('olga'), stage.issueAt(issue));
    await changeContacts(stage.deps, opened, { kind: 'add', references: [email], names: false });
  });

async function writer(n: number): Promise<string[]> {
  const outcomes: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const email = EMAILS[(n + round) % EMAILS.length] ?? '';
    const issue = `${['PR', 'PA', 'PN'][(n + round) % 3]}#${1 + (n % 3)}`;
    outcomes.push(await create(round % 2 === 0 ? 'A' : 'R', email), await link(issue, email));
  }
  return outcomes;
}

/** Links in another crm group than the issue's, with no held transfer to say why. */
async function astray(): Promise<bigint> {
  const [row] = await stage.db.database.prisma.$queryRaw<{ n: bigint }[]>`
    WITH RECURSIVE tree AS (
      SELECT g.id, coalesce(s.source_group_id, g.id) AS crm, ARRAY[g.id] AS path
      FROM groups g LEFT JOIN group_settings s ON s.group_id = g.id WHERE g.parent_id IS NULL
      UNION ALL
      SELECT g.id, coalesce(s.source_group_id, t.crm), t.path || g.id
      FROM groups g JOIN tree t ON g.parent_id = t.id LEFT JOIN group_settings s ON s.group_id = g.id
    )
    SELECT count(*) AS n FROM issue_contacts l JOIN issues i ON i.id = l.issue_id
    JOIN projects p ON p.id = i.project_id LEFT JOIN tree t ON t.id = p.group_id
    WHERE l.crm_group_id IS DISTINCT FROM t.crm AND NOT EXISTS (
      SELECT FROM transfers h WHERE h.state = 'held' AND h.crm_group_id = l.crm_group_id
        AND h.to_crm_group_id = t.crm AND h.subject_id = ANY(t.path))`;
  return row?.n ?? -1n;
}

const EXPECTED = new Set([
  'done',
  'conflict.email_taken',
  'conflict.held',
  'conflict.stale',
  'forbidden.ability',
  'unavailable.database',
  'not_found.group',
  'not_found.issue',
]);

// Locks are waited for, and a lost transaction is run again: on a busy machine that takes its time.
describe('sixteen writers of the same addresses while something moves', { timeout: 60_000 }, () => {
  const writers = () => Array.from({ length: 16 }, (_, n) => writer(n));

  it('a root put under another: every contact ends in the new root, once, and every link with it', async () => {
    const busy = writers();
    stage.moveGroup('R', 'N');
    const { transfers } = await transferGroup(stage.deps, stage.actor('olga'), {
      hierarchy: stage.hierarchy('R'),
    });
    const outcomes = (await Promise.all(busy)).flat();
    expect([...new Set(outcomes)].filter((outcome) => !EXPECTED.has(outcome))).toEqual([]);
    expect(transfers.every(({ state }) => state === 'applied')).toBe(true);
    // A writer who noticed the move before its mover did let it be held, since nobody is known to have made it then.
    const held = await stage.db.database.prisma.transfer.findMany({ where: { state: 'held' } });
    for (const { id } of held) await migrateTransfer(stage.deps, stage.actor('olga'), id);
    expect(await stage.contacts('R')).toEqual([]);
    const emails = (await stage.contacts('N')).map(({ email }) => email);
    expect(new Set(emails).size).toBe(emails.length);
    expect(await astray()).toBe(0n);
  });

  it('a subgroup that leaves and comes back, noticed by all of them: links are right or held', async () => {
    const busy = writers();
    for (const parent of ['N', 'R', 'NS', null] as const) {
      stage.moveGroup('A', parent);
      await transferGroup(stage.deps, parent === null ? null : stage.actor('olga'), {
        hierarchy: stage.hierarchy('A'),
      });
      stage.moveProject('PR', parent === 'N' ? 'A' : 'R');
      await transferProject(stage.deps, stage.actor('olga'), { project: stage.projectAt('PR') });
    }
    const outcomes = (await Promise.all(busy)).flat();
    expect([...new Set(outcomes)].filter((outcome) => !EXPECTED.has(outcome))).toEqual([]);
    expect(await astray()).toBe(0n);
  });

  it('transfers that cross each other, and issues that move at once', async () => {
    const moves = Array.from({ length: 6 }, (_, n) =>
      orRefused(async () => {
        const [from, to] = n % 2 === 0 ? ['PR', 'PN'] : ['PN', 'PA'];
        await moveIssue(stage.deps, stage.actor('olga'), {
          fromIssueId: issueId(stage.issueAt(`${from}#${1 + (n % 3)}`).id),
          to: stage.issueAt(stage.newIssue(to ?? 'PN')),
        });
      }),
    );
    const busy = writers();
    const crossing = ['A', 'NS'].map((group) =>
      orRefused(async () => {
        stage.moveGroup(group, group === 'A' ? 'N' : 'R');
        await transferGroup(stage.deps, stage.actor('olga'), { hierarchy: stage.hierarchy(group) });
      }),
    );
    const outcomes = [...(await Promise.all([...moves, ...crossing])), ...(await Promise.all(busy)).flat()];
    expect([...new Set(outcomes)].filter((outcome) => !EXPECTED.has(outcome))).toEqual([]);
    expect(await astray()).toBe(0n);
  });
});
