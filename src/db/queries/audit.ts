import type { Actor } from '../../domain/actor.ts';
import type { GroupId } from '../../domain/ids.ts';
import { toJson } from '../../domain/json.ts';
import type { Tx } from '../client.ts';

export interface AuditRecord {
  readonly crmGroupId: GroupId;
  readonly action: string;
  readonly subject: {
    readonly kind: 'contact' | 'organization' | 'issue' | 'project' | 'group';
    readonly id: bigint;
  };
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Notes who did what by which request, in the transaction that does it; without an actor it was the system. */
export async function writeAudit(tx: Tx, actor: Actor | null, record: AuditRecord, now: Date): Promise<void> {
  const { before, after } = record;
  await tx.$executeRaw`
    INSERT INTO audit_log (crm_group_id, at, actor_id, actor_username, surface, delivery_key, action, subject_kind,
      subject_id, before, after)
    VALUES (${record.crmGroupId}, ${now}, ${actor?.userId ?? null}::bigint, ${actor?.username ?? null},
      ${actor?.surface ?? 'system'}, ${actor?.deliveryKey ?? null},
      ${record.action}, ${record.subject.kind}, ${record.subject.id},
      ${before === undefined ? null : JSON.stringify(toJson(before))}::jsonb,
      ${after === undefined ? null : JSON.stringify(toJson(after))}::jsonb)`;
}
