import type { Bell } from '../bell.ts';
import type { FakeGitLab } from '../gitlab/server.ts';
import type { FakeSlack } from '../slack/fake-slack.ts';
import type { World, WorldPerson } from '../world.ts';
import { BadInput } from './input.ts';

/** The contacts that Tieline has on an issue, named by its project's full path. */
export type IssueContacts = (
  project: string,
  iid: number,
) => Promise<readonly { readonly name: string; readonly email: string | null }[]>;

/** What the page's routes work with. */
export interface RouteContext {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly world: World;
  readonly platforms: {
    readonly slack: { readonly signingSecret: string; readonly botToken: string; readonly apiUrl: string };
    readonly gitlab: {
      readonly url: string;
      readonly webhookSecret: string;
      readonly systemHookSecret: string;
    };
  };
  readonly bell: Bell;
  /** Where Tieline was told to listen. */
  readonly host: string;
  readonly botUsername: string;
  readonly tielineUrl: () => string;
  readonly issueContacts: IssueContacts | null;
}

/** Somebody of the demo world by username, Slack id or GitLab id; throws BadInput for nobody. */
export function personNamed({ world }: RouteContext, named: string): WorldPerson {
  const wanted = named.replace(/^@/, '').toLowerCase();
  const found = world.people.find(
    (person) =>
      person.username === wanted ||
      person.slackUserId?.toLowerCase() === wanted ||
      String(person.id) === wanted,
  );
  if (found) return found;
  const names = world.people.map((person) => person.username).join(', ');
  throw new BadInput(`There is nobody called ${named}. There is: ${names}.`);
}

/** The Slack id of somebody; throws BadInput for who is not in the workspace. */
export function slackIdOf(context: RouteContext, named: string): string {
  const { slackUserId, name } = personNamed(context, named);
  if (slackUserId === null) throw new BadInput(`${name} is not in the Slack workspace.`);
  return slackUserId;
}
