import type { Database, Tx } from '../../db/client.ts';
import { type AuditEntry, type AuditSubject, auditEntries, namesOf } from '../../db/queries/audit-log.ts';
import {
  actorsKnownAs,
  contactsInLog,
  groupsKnownAs,
  issuesKnownAs,
  organizationsInLog,
} from '../../db/queries/audit-references.ts';
import { fail } from '../../domain/errors.ts';
import { type GitLabUserId, type GroupId, gitLabUserId } from '../../domain/ids.ts';
import { parseCustomerReference, parseIssueReference } from '../../domain/references.ts';
import { loadCrmGroup } from '../groups/open-crm-group.ts';
import { type AuditedChange, changesIn } from './audited-changes.ts';

/** Which entries are asked for, in the words of the one who asks. */
export interface AuditQuestion {
  /** A contact is named by address or `C12`, an organization by name or `O3`, an issue by `group/project#12`. */
  readonly about: { readonly kind: AuditSubject['kind']; readonly reference: string } | null;
  /** A username, a GitLab user id, or `system`. */
  readonly actor: string | null;
  /** Path of a group: the entries of the crm group that applies there. */
  readonly group: string | null;
  readonly since: Date | null;
  readonly limit: number;
}

/** An entry with the names that things have now, and what changed. */
export interface AuditedEntry extends Omit<AuditEntry, 'subject'> {
  /** `name` is null for what is gone. */
  readonly subject: { readonly kind: string; readonly id: bigint; readonly name: string | null };
  readonly changes: readonly AuditedChange[];
}

/**
 * What the audit log holds, newest first; none is an empty list. Throws `not_found.*` for a reference that stands for
 * nothing, now or in the log. Asks nobody but the database, and authorizes nobody: it is for who runs Tieline.
 */
export function listAudit(
  { database }: { readonly database: Database },
  question: AuditQuestion,
): Promise<AuditedEntry[]> {
  return database.transaction(async (tx) => {
    const crmGroupId = question.group === null ? null : await crmGroupAt(tx, question.group);
    const subject = question.about && (await subjectOf(tx, question.about, crmGroupId));
    const actors = question.actor === null ? null : await actorsOf(tx, question.actor);
    const { since, limit } = question;
    const entries = await auditEntries(tx, { crmGroupId, subject, actors, since, limit });
    return withNames(tx, entries);
  });
}

async function crmGroupAt(tx: Tx, path: string): Promise<GroupId> {
  const [group] = await groupsKnownAs(tx, path.replace(/^\/+|\/+$/g, ''));
  const loaded = group === undefined ? null : await loadCrmGroup(tx, group);
  if (!loaded) throw fail('not_found.group', { reference: path });
  return loaded.crmGroup.id;
}

async function subjectOf(
  tx: Tx,
  { kind, reference }: NonNullable<AuditQuestion['about']>,
  crmGroup: GroupId | null,
): Promise<AuditSubject> {
  const subject = await lookUp(tx, { kind, reference: reference.trim() }, crmGroup);
  if (subject.ids.length > 0) return subject;
  if (kind === 'issue') throw fail('not_found.issue', { reference });
  throw fail(`not_found.${kind}`, { reference, nearest: null });
}

async function lookUp(
  tx: Tx,
  { kind, reference }: NonNullable<AuditQuestion['about']>,
  crmGroup: GroupId | null,
): Promise<AuditSubject> {
  switch (kind) {
    case 'contact':
      return { kind, ids: await contactsInLog(tx, parseCustomerReference(reference), crmGroup) };
    case 'organization':
      return { kind, ids: await organizationsInLog(tx, parseCustomerReference(reference), crmGroup) };
    case 'issue': {
      // A URL is taken whichever GitLab it names: a deployment has but one.
      const instance = URL.canParse(reference) ? new URL(reference).origin : 'https://gitlab.invalid';
      return { kind, ids: await issuesKnownAs(tx, parseIssueReference(reference, instance)) };
    }
  }
}

async function actorsOf(tx: Tx, actor: string): Promise<readonly GitLabUserId[] | 'system'> {
  const name = actor.trim().replace(/^@/, '');
  if (name.toLowerCase() === 'system') return 'system';
  if (/^[1-9]\d{0,17}$/.test(name)) return [gitLabUserId(name)];
  const ids = await actorsKnownAs(tx, name);
  if (ids.length === 0) throw fail('input.invalid', { field: 'actor', rule: 'actor.unknown', example: null });
  return ids;
}

async function withNames(tx: Tx, entries: readonly AuditEntry[]): Promise<AuditedEntry[]> {
  const changes = entries.map(({ before, after }) => changesIn(before, after));
  const mentioned = changes.flat().flatMap(({ mentions }) => mentions);
  const names = await namesOf(tx, [...entries.map(({ subject }) => subject), ...mentioned]);
  const nameOf = ({ kind, id }: { kind: string; id: bigint }) => names.get(`${kind}:${id}`) ?? null;
  return entries.map((entry, index) => ({
    ...entry,
    subject: { ...entry.subject, name: nameOf(entry.subject) },
    changes: (changes[index] ?? []).map(({ named }) => named(nameOf)),
  }));
}
