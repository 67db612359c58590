import type { Tx } from '../../db/client.ts';
import { writeAudit } from '../../db/queries/audit.ts';
import { groupsUnderRoot } from '../../db/queries/group-settings.ts';
import { loadChain, loadGroup } from '../../db/queries/places.ts';
import { type Actor, groupPlace, roleAt } from '../../domain/actor.ts';
import { crmGroupOf, type GroupWithSettings } from '../../domain/crm-group.ts';
import { fail } from '../../domain/errors.ts';
import type { GroupSetting } from '../../domain/events.ts';
import type { GroupId } from '../../domain/ids.ts';
import { roleReaches } from '../../domain/roles.ts';
import { authorize, type GroupTarget } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { announce } from '../notices/announce.ts';
import { recordAndLoad } from './open-crm-group.ts';

/** A group whose settings are meant, and the actor with the role on it that GitLab has just told. */
export interface OpenedSettings {
  readonly actor: Actor;
  readonly target: GroupTarget;
}

/** A group's CRM settings, and what follows from them. */
export interface GroupSettings {
  readonly group: string;
  readonly crmEnabled: boolean;
  /** Full path of the source that the group itself sets. */
  readonly source: string | null;
  /** Where its contacts are, and whether CRM is on there too. */
  readonly crmGroup: { readonly fullPath: string; readonly crmEnabled: boolean };
}

/**
 * A group by id or path with the actor's role on it, asked anew. Throws `not_found.group`, also when the actor may
 * not see it. Grants nothing.
 */
export async function openSettings(
  deps: ServiceDeps,
  actor: Actor,
  reference: GroupId | string,
): Promise<OpenedSettings> {
  const { own, actor: seen } = await seenGroup(deps, actor, reference);
  return { actor: seen, target: { kind: 'group', id: own.id, fullPath: own.fullPath } };
}

/** A group to take contacts from: any that the actor may see. Throws `not_found.group`. */
export async function openSource(
  deps: ServiceDeps,
  actor: Actor,
  reference: GroupId | string,
): Promise<GroupWithSettings> {
  return (await seenGroup(deps, actor, reference)).own;
}

async function seenGroup(
  deps: ServiceDeps,
  actor: Actor,
  reference: GroupId | string,
): Promise<{ own: GroupWithSettings; actor: Actor }> {
  // As it was named, whatever its path is: the spelling would tell that it exists.
  const unknown = fail('not_found.group', { reference: String(reference) });
  const hierarchy = await deps.directory.group(reference);
  if (!hierarchy) throw unknown;
  const { own } = await recordAndLoad(deps, hierarchy);
  const place = groupPlace(own.id);
  const sheet = await deps.directory.roles(actor.userId, [place], { fresh: true });
  if (!roleReaches(roleAt({ roles: sheet }, place), 'guest')) throw unknown;
  return { own, actor: { ...actor, roles: new Map([...actor.roles, ...sheet]) } };
}

/** A group with everything above it, as the database has it. */
export type Chain = readonly [GroupWithSettings, ...GroupWithSettings[]];

/** The group and what is above it, from the group to its root. */
export async function getChain(tx: Tx, target: GroupTarget): Promise<Chain> {
  const [own, ...above] = await loadChain(tx, target.id);
  if (!own) throw fail('not_found.group', { reference: target.fullPath });
  return [own, ...above];
}

/** The settings of the group at the lower end of a chain. */
export async function settingsOf(tx: Tx, chain: Chain): Promise<GroupSettings> {
  const [own] = chain;
  const crmGroup = await loadGroup(tx, crmGroupOf(chain));
  const source = own.sourceGroupId === null ? null : await loadGroup(tx, own.sourceGroupId);
  if (!crmGroup) throw fail('not_found.group', { reference: own.fullPath });
  return {
    group: own.fullPath,
    crmEnabled: own.crmEnabled,
    source: source?.fullPath ?? null,
    crmGroup: { fullPath: crmGroup.fullPath, crmEnabled: crmGroup.crmEnabled },
  };
}

/** The CRM settings of a group. Takes `settings.edit`. */
export function getGroupSettings(deps: ServiceDeps, opened: OpenedSettings): Promise<GroupSettings> {
  return deps.database.transaction(async (tx) => {
    authorize(opened.actor, 'settings.edit', opened.target);
    return settingsOf(tx, await getChain(tx, opened.target));
  });
}

export interface SettingsChange {
  readonly chain: Chain;
  readonly setting: GroupSetting;
  readonly before: unknown;
  readonly after: unknown;
  /** The crm groups that apply before and after. */
  readonly crmGroups: readonly GroupId[];
  readonly now: Date;
}

/**
 * Audits a change of settings in every crm group that it concerns, and tells the channels of those in the group's
 * own hierarchy: elsewhere nobody need know that the group exists.
 */
export async function recordSettings(tx: Tx, actor: Actor, change: SettingsChange): Promise<void> {
  const { chain, setting, before, after, now } = change;
  const [own] = chain;
  const crmGroups = [...new Set(change.crmGroups)];
  const near = await groupsUnderRoot(tx, (chain.at(-1) ?? own).id, crmGroups);
  for (const crmGroupId of crmGroups) {
    const subject = { kind: 'group', id: own.id } as const;
    await writeAudit(
      tx,
      actor,
      { crmGroupId, action: 'group.settings_changed', subject, before, after },
      now,
    );
    if (!near.has(crmGroupId)) continue;
    const event = { kind: 'group.settings_changed', group: own.fullPath, setting } as const;
    await announce(tx, actor, { crmGroupId, event });
  }
}
