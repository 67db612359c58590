import type { ServiceDeps } from '../services/deps.ts';
import type { SlackPlace } from '../services/groups/choose-group.ts';
import { identifySlackUser, type SlackEmail } from '../services/identity/identify-slack-user.ts';
import type { PersonContext } from './context.ts';

/** What a command gets that runs before anybody asked for a GitLab account. */
export function personContext(
  { services, emailOf }: { readonly services: ServiceDeps; readonly emailOf: SlackEmail },
  person: SlackPlace,
): PersonContext {
  return { deps: services, person, identify: () => identifySlackUser(services, person, emailOf) };
}
