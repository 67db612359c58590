import { writeSettings } from '../../db/queries/group-settings.ts';
import { lockGroups } from '../../db/queries/transfers-places.ts';
import { crmGroupOf } from '../../domain/crm-group.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { once } from '../once.ts';
import {
  type GroupSettings,
  getChain,
  type OpenedSettings,
  recordSettings,
  settingsOf,
} from './group-settings.ts';

export interface SettingsSet extends GroupSettings {
  /** False when everything was so already. */
  readonly changed: boolean;
}

/**
 * Turns CRM on or off for one group; groups below it have settings of their own. The contact source stays as it is.
 * Takes `settings.edit`, whether CRM is on or off.
 */
export function setCrmEnabled(
  deps: ServiceDeps,
  opened: OpenedSettings,
  enabled: boolean,
): Promise<SettingsSet> {
  const { actor, target } = opened;
  return once(deps, actor, {
    command: enabled ? 'enable_crm' : 'disable_crm',
    run: async (tx) => {
      await lockGroups(tx, [target.id]);
      const chain = await getChain(tx, target);
      authorize(actor, 'settings.edit', target);
      const [own, ...above] = chain;
      if (own.crmEnabled === enabled) return { ...(await settingsOf(tx, chain)), changed: false };
      const now = deps.now();
      await writeSettings(tx, { group: own.id, crmEnabled: enabled, sourceGroupId: own.sourceGroupId }, now);
      await recordSettings(tx, actor, {
        chain,
        setting: { name: 'crm_enabled', enabled },
        before: { crmEnabled: own.crmEnabled },
        after: { crmEnabled: enabled },
        crmGroups: [crmGroupOf(chain)],
        now,
      });
      const after = [{ ...own, crmEnabled: enabled }, ...above] as const;
      return { ...(await settingsOf(tx, after)), changed: true };
    },
  });
}
