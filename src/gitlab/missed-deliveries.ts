import { type ApiHook, type GitLabSetup, refusalStatus } from './client/setup-client.ts';
import { type StoredDelivery, storedDelivery } from './hook-delivery.ts';
import { groupHooks, type NamedPlace, projectsOf } from './registration/places.ts';
import { sameAddress } from './registration/wanted-hook.ts';

export interface MissedOptions {
  readonly gitlab: GitLabSetup;
  readonly instanceUrl: string;
  /** Where our hooks lead; null when that is not known: then by the path alone. */
  readonly hookUrl: string | null;
  readonly since: Date;
  /** True when it was not known. */
  readonly store: (delivery: StoredDelivery) => Promise<boolean>;
}

/** A page has 100 and GitLab keeps a few days; what is beyond this many is found by the rest of the sweep. */
const MAX_PAGES = 10;

/**
 * Takes up the deliveries that GitLab's log of our hooks below a group says were not received, under the keys they
 * would have had; gives how many were new. GitLab sends nothing twice by itself. Places whose hooks or logs the
 * token may not see, and GitLabs without such logs (before 17.3), give none.
 */
export async function takeUpMissed(options: MissedOptions, root: NamedPlace): Promise<number> {
  const { gitlab } = options;
  const { place } = root;
  const known = await groupHooks(gitlab, place);
  if (known?.some(({ url }) => isOurs(options, url))) return ofPlace(options, root, known);
  if (place.kind !== 'group') return 0;
  // It can have none of its own, or somebody preferred to have them on projects.
  let taken = 0;
  for (const project of await projectsOf(gitlab, place.id)) {
    taken += await unlessRefused(async () => ofPlace(options, project, await gitlab.hooks(project.place)));
  }
  return taken;
}

async function unlessRefused(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    const status = refusalStatus(error);
    if (status === 403 || status === 404) return 0;
    throw error;
  }
}

async function ofPlace(options: MissedOptions, at: NamedPlace, hooks: readonly ApiHook[]): Promise<number> {
  let taken = 0;
  for (const hook of hooks.filter(({ url }) => isOurs(options, url))) {
    taken += await unlessRefused(() => ofHook(options, at, hook));
  }
  return taken;
}

function isOurs({ hookUrl }: MissedOptions, url: string): boolean {
  if (hookUrl !== null) return sameAddress(url, hookUrl);
  return URL.canParse(url) && new URL(url).pathname.endsWith('/gitlab/webhooks');
}

async function ofHook(
  { gitlab, since, store, instanceUrl }: MissedOptions,
  { place }: NamedPlace,
  hook: ApiHook,
): Promise<number> {
  let taken = 0;
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const events = await gitlab.hookEvents(place, hook.id, page);
    if (events === null) break;
    for (const event of events) {
      const { request_data: json, request_headers: headers, response_status: status } = event;
      if (Date.parse(event.created_at) < since.getTime() || /^[23]\d\d$/.test(status)) continue;
      if (typeof json !== 'object' || json === null) continue;
      const raw = Buffer.from(JSON.stringify(json));
      const delivery = storedDelivery({ source: 'gitlab', instanceUrl, headers, raw, json });
      if (await store(delivery)) taken += 1;
    }
    const last = events.at(-1);
    if (events.length < 100 || !last || Date.parse(last.created_at) < since.getTime()) break;
  }
  return taken;
}
