import type { Database } from '../../src/db/client.ts';
import { gitLabIdOf, ownerOf, TEST_WORLD } from './cast.ts';

/** An audit entry with names in place of ids. */
export interface AuditLine {
  readonly who: string;
  readonly surface: string;
  readonly action: string;
  /** `contact 31`, `issue acme/app#1`. */
  readonly on: string;
  readonly deliveryKey: string | null;
}

const usernameOf = (id: bigint | null): string =>
  TEST_WORLD.people.find((person) => BigInt(person.id) === id)?.username ?? String(id);

/** Reads what the program keeps, in words that a test can spell out. */
export function crmOf(database: Database) {
  const { prisma } = database;

  /** E-mail addresses (names where there is none) linked to an issue, sorted. */
  async function linked(issue: string): Promise<string[]> {
    const [project = '', iid = ''] = issue.split('#');
    const rows = await prisma.issueContact.findMany({
      where: { issue: { iid: Number(iid), project: { fullPath: project } } },
      select: { contact: true },
    });
    return rows.map(({ contact }) => contact.email ?? `${contact.firstName} ${contact.lastName}`).sort();
  }

  async function audit(): Promise<AuditLine[]> {
    const rows = await prisma.auditEntry.findMany({ orderBy: { id: 'asc' } });
    const issues = await prisma.issue.findMany({ include: { project: true } });
    return rows.map((row) => {
      const issue = issues.find((candidate) => candidate.id === row.subjectId);
      const subject =
        row.subjectKind === 'issue' && issue ? `${issue.project.fullPath}#${issue.iid}` : row.subjectId;
      return {
        who: usernameOf(row.actorId),
        surface: row.surface,
        action: row.action,
        on: `${row.subjectKind} ${subject}`,
        deliveryKey: row.deliveryKey,
      };
    });
  }

  /** The outbox without its payloads, oldest first. */
  const outbox = () =>
    prisma.outboxMessage.findMany({
      orderBy: { id: 'asc' },
      select: { kind: true, lane: true, state: true, dedupeKey: true },
    });

  /** Which webhooks were stored and what came of each, oldest first. */
  const deliveries = () =>
    prisma.delivery.findMany({
      orderBy: { id: 'asc' },
      select: { source: true, key: true, kind: true, state: true, outcome: true },
    });

  /** All that a person could have changed, and what is told of it. */
  async function everything() {
    const by = { orderBy: { id: 'asc' } } as const;
    return {
      contacts: await prisma.contact.findMany(by),
      organizations: await prisma.organization.findMany(by),
      links: await prisma.issueContact.findMany({ orderBy: [{ issueId: 'asc' }, { contactId: 'asc' }] }),
      channels: await prisma.channelSettings.findMany(),
      people: await prisma.personSettings.findMany(),
      audit: await prisma.auditEntry.count(),
      notices: await prisma.outboxMessage.count({ where: { kind: 'slack.notice' } }),
    };
  }

  async function unfinished(): Promise<string[]> {
    const stuck = await prisma.outboxMessage.findMany({ where: { state: { not: 'sent' } } });
    const failed = await prisma.delivery.findMany({ where: { state: { not: 'done' } } });
    return [
      ...stuck.map((row) => `outbox: ${row.kind} is ${row.state}: ${row.outcome ?? 'never tried'}`),
      ...failed.map((row) => `delivery: ${row.kind} is ${row.state}: ${row.outcome ?? 'never tried'}`),
    ];
  }

  /** Lets a channel hear of everything (or of some kinds) that happens in a group's CRM, as its owner may. */
  async function subscribe(channelId: string, group: string, kinds: string[] = []): Promise<void> {
    const crmGroup = await prisma.group.findFirstOrThrow({ where: { fullPath: group } });
    const by = { createdBy: 'test', gitlabUserId: gitLabIdOf(ownerOf(group)) };
    await prisma.subscription.create({
      data: { crmGroupId: crmGroup.id, teamId: TEST_WORLD.slack.teamId, channelId, kinds, ...by },
    });
  }

  /** What `/crm enable`, `disable` and `source` will set. */
  async function setGroup(group: string, settings: { crmEnabled?: boolean; source?: string }): Promise<void> {
    const idOf = async (fullPath: string) =>
      (await prisma.group.findFirstOrThrow({ where: { fullPath } })).id;
    const data = {
      ...(settings.crmEnabled === undefined ? {} : { crmEnabled: settings.crmEnabled }),
      ...(settings.source === undefined ? {} : { sourceGroupId: await idOf(settings.source) }),
    };
    const groupId = await idOf(group);
    await prisma.groupSettings.upsert({ where: { groupId }, create: { groupId, ...data }, update: data });
  }

  return { linked, audit, outbox, deliveries, everything, unfinished, subscribe, setGroup };
}
