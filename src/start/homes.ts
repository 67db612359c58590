import type { Sender } from '../delivery/send-message.ts';
import { fromJson, type Json } from '../domain/json.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { type HomePayload, shownHome } from '../services/home/shown-homes.ts';
import type { SlackEdge } from '../slack/edge.ts';

/** Publishes the home tabs of people who did nothing themselves, where what others did changes them. */
export function homeSender(edge: Pick<SlackEdge, 'renewHome'>, services: ServiceDeps): Sender {
  return async ({ payload }) => {
    const owner = fromJson<HomePayload>(payload as Json);
    return { outcome: await edge.renewHome(owner, await shownHome(services, owner)) };
  };
}
