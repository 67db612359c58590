import type { Database } from '../db/client.ts';
import { type Lease, type Ledger, renewLeases } from '../db/queries/leases.ts';
import type { DeliveryClock } from './clock.ts';
import type { DeliveryLog } from './log.ts';
import { describeError } from './verdict.ts';

/** The row was taken by another process, because this one was too slow to renew its lease. */
export class LeaseLostError extends Error {
  constructor() {
    super('the lease was lost to another process');
    this.name = 'LeaseLostError';
  }
}

/** Keeps leases from lapsing while their rows are worked on. */
export interface LeaseKeeper {
  /** Renews the lease until `letGo`; `onLost` is called once if another process has the row. */
  hold(lease: Lease, onLost: () => void): void;
  /** From here on the row is locked by its own finishing transaction: not renewed, never reported lost. */
  letGo(lease: Lease): void;
  stop(): void;
}

export interface LeaseKeeperDeps {
  readonly database: Database;
  readonly ledger: Ledger;
  readonly leaseMs: number;
  readonly clock: DeliveryClock;
  readonly log: DeliveryLog;
}

/** Renews at a third of the lease, so that one failed renewal does not lose it. */
export function createLeaseKeeper(deps: LeaseKeeperDeps): LeaseKeeper {
  const held = new Map<string, { lease: Lease; onLost: () => void }>();
  let cancel: (() => void) | null = null;

  async function renew(): Promise<void> {
    const asked = [...held.values()];
    if (asked.length === 0) return;
    const leases = asked.map((entry) => entry.lease);
    try {
      const renewal = { leases, leaseMs: deps.leaseMs, now: deps.clock.now() };
      const kept = await renewLeases(deps.database.prisma, deps.ledger, renewal);
      for (const { lease, onLost } of asked) {
        if (!kept.has(lease.id) && held.delete(nameOf(lease))) onLost();
      }
    } catch (error) {
      deps.log.warn({ ledger: deps.ledger, error: describeError(error) }, 'leases could not be renewed');
    }
  }

  function schedule(): void {
    cancel ??= deps.clock.after(deps.leaseMs / 3, () => {
      void renew().finally(() => {
        cancel = null;
        if (held.size > 0) schedule();
      });
    });
  }

  return {
    hold(lease, onLost) {
      held.set(nameOf(lease), { lease, onLost });
      schedule();
    },
    letGo: (lease) => void held.delete(nameOf(lease)),
    stop() {
      held.clear();
      cancel?.();
    },
  };
}

const nameOf = (lease: Lease) => `${lease.id} ${lease.token}`;
