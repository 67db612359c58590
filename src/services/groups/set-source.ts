import type { Tx } from '../../db/client.ts';
import { hasLinksElsewhere, releaseIssues, writeSettings } from '../../db/queries/group-settings.ts';
import { groupsBelow, lockGroups } from '../../db/queries/transfers-places.ts';
import { heldTransfersOf } from '../../db/queries/transfers-scope.ts';
import { crmGroupOf, type GroupWithSettings } from '../../domain/crm-group.ts';
import { fail } from '../../domain/errors.ts';
import { authorize, type GroupTarget } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { once } from '../once.ts';
import { closeUnneeded } from '../transfers/settle-group.ts';
import {
  type Chain,
  getChain,
  type OpenedSettings,
  openSource,
  recordSettings,
  settingsOf,
} from './group-settings.ts';
import type { SettingsSet } from './set-crm-enabled.ts';

export interface SourceSet extends SettingsSet {
  /** Whether that turned CRM on: a source is set to be used. */
  readonly turnedOn: boolean;
  /** The crm group that applied before, when another one applies now; its contacts stay there. */
  readonly former: string | null;
}

/**
 * Makes a group take its contacts from another one, or, with null, from where the groups above it say. Setting a
 * source turns CRM on for the group, as on GitLab. A held transfer that has nothing left to decide by that is closed.
 * Throws `conflict.source_in_use` once issues in the group or below
 * it have contacts from a different source, and `not_found.group` for a source that the actor may not see. Takes
 * `settings.edit`.
 */
export async function setSource(
  deps: ServiceDeps,
  opened: OpenedSettings,
  reference: string | null,
): Promise<SourceSet> {
  const { actor, target } = opened;
  authorize(actor, 'settings.edit', target);
  const source = reference === null ? null : await openSource(deps, actor, reference);
  return once(deps, actor, {
    command: 'set_source',
    run: async (tx) => {
      const { before, after } = await lockAround(tx, target, source);
      authorize(actor, 'settings.edit', target);
      const [own] = before;
      if (own.sourceGroupId === after[0].sourceGroupId && own.crmEnabled === after[0].crmEnabled) {
        return { ...(await settingsOf(tx, before)), changed: false, turnedOn: false, former: null };
      }
      const was = (await settingsOf(tx, before)).crmGroup.fullPath;
      await change(tx, deps, { opened, before, after, source });
      const settings = await settingsOf(tx, after);
      return {
        ...settings,
        changed: true,
        turnedOn: !own.crmEnabled && after[0].crmEnabled,
        former: was === settings.crmGroup.fullPath ? null : was,
      };
    },
  });
}

/** The chain as it would be with the source. */
function withSource([own, ...above]: Chain, source: GroupWithSettings | null): Chain {
  const crmEnabled = own.crmEnabled || source !== null;
  return [{ ...own, crmEnabled, sourceGroupId: source?.id ?? null }, ...above];
}

/**
 * Locks the group and the crm groups that apply before and after. Whoever links a contact holds the crm group that
 * applies, so that none is linked between the look at the links and the change.
 */
async function lockAround(
  tx: Tx,
  target: GroupTarget,
  source: GroupWithSettings | null,
): Promise<{ before: Chain; after: Chain }> {
  for (let before = await getChain(tx, target); ; ) {
    const after = withSource(before, source);
    await lockGroups(tx, [target.id, crmGroupOf(before), crmGroupOf(after)]);
    const again = await getChain(tx, target);
    const moved = crmGroupOf(again) !== crmGroupOf(before);
    before = again;
    if (!moved) return { before, after: withSource(before, source) };
  }
}

interface Change {
  readonly opened: OpenedSettings;
  readonly before: Chain;
  readonly after: Chain;
  readonly source: GroupWithSettings | null;
}

async function change(tx: Tx, deps: ServiceDeps, { opened, before, after, source }: Change): Promise<void> {
  const [own] = before;
  const { id, crmEnabled, sourceGroupId } = after[0];
  const crmGroup = crmGroupOf(after);
  const now = deps.now();
  if (own.sourceGroupId !== sourceGroupId) {
    if (await hasLinksElsewhere(tx, id, crmGroup)) {
      throw fail('conflict.source_in_use', { where: own.fullPath });
    }
    await releaseIssues(tx, id, crmGroup);
  }
  const former = await settingsOf(tx, before);
  await writeSettings(tx, { group: id, crmEnabled, sourceGroupId }, now);
  const around = [...(await groupsBelow(tx, id)), ...after.map((group) => group.id)];
  for (const held of await heldTransfersOf(tx, around)) {
    await closeUnneeded({ tx, now, actor: opened.actor }, held);
  }
  const root = (before.at(-1) ?? own).fullPath;
  const elsewhere = source !== null && source.fullPath.split('/')[0] !== root;
  await recordSettings(tx, opened.actor, {
    chain: after,
    setting: { name: 'source', source: elsewhere ? null : (source?.fullPath ?? null), elsewhere },
    before: { source: former.source, crmEnabled: own.crmEnabled },
    after: { source: source?.fullPath ?? null, crmEnabled },
    crmGroups: [crmGroupOf(before), crmGroup],
    now,
  });
}
