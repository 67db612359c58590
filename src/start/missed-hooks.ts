import type { PlatformConfig } from '../config.ts';
import type { Database } from '../db/client.ts';
import { insertDeliveries } from '../db/queries/inbox.ts';
import type { StoredDelivery } from '../gitlab/hook-delivery.ts';
import type { SweepWork } from '../gitlab/sweep-source.ts';
import { hookAddress, setupClient } from './gitlab-setup.ts';

type Store = (delivery: StoredDelivery) => Promise<boolean>;

/** How a sweep takes up what GitLab sent in vain: with the strongest token there is. */
export function missedHooks(parts: {
  gitlab: PlatformConfig['gitlab'];
  publicUrl: string | null;
  store: Store;
}): NonNullable<SweepWork['missed']> {
  const { gitlab, publicUrl, store } = parts;
  return {
    gitlab: setupClient({ gitlab }),
    instanceUrl: gitlab.url,
    hookUrl: publicUrl === null ? null : hookAddress(publicUrl, 'group'),
    store,
  };
}

/** Stores what comes one by one; true when it was not known. */
export function storeSingly(database: Database): Store {
  return async (delivery) => {
    const [stored] = await insertDeliveries(database.prisma, [delivery]);
    return stored?.duplicate === false;
  };
}
