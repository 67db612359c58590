/**
 * The demo world: who is in it, what they work on, and the Slack workspace they share. Data only: the make-believe
 * GitLab and Slack start from it, and the product's seeding makes CRM rows of its customers.
 *
 *     acme                      Olga owner, Max maintainer, Dev developer, Rita reporter, Pia planner, Gus guest
 *     |- app, website
 *     |- support                |- desk
 *     `- platform
 *        `- infra               |- ops
 *     globex                    Nina owner
 *     |- portal
 *     `- sales                  |- leads
 *     nina/notes                a personal project: no group, so no CRM
 *
 * `tieline`, the bot, is Maintainer of both root groups; `root` administers the instance.
 */
import type { Role } from '../domain/roles.ts';
import { CONTACTS, ORGANIZATIONS, type WorldContact, type WorldOrganization } from './world-customers.ts';
import { ISSUES, type WorldIssue } from './world-issues.ts';

/** One human or bot, as GitLab and Slack know them. `slackUserId` is null for those who are not in the workspace. */
export interface WorldPerson {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** Personal access token for the make-believe GitLab, scope `api`. */
  readonly token: string;
  readonly slackUserId: string | null;
  /** One line for the page's person switch. */
  readonly about: string;
  readonly admin: boolean;
  readonly bot: boolean;
}

/** Who may see a group or project without being a member. */
export type WorldVisibility = 'private' | 'internal' | 'public';

/** `path` is the full path; the parent is everything before its last slash. */
export interface WorldGroup {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: WorldVisibility;
}

/** The namespace of a project is a group's path, or a username for a personal project. */
export interface WorldProject {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly description: string;
  readonly visibility: WorldVisibility;
}

/** A direct membership; `on` is a group's or a project's full path. */
export interface WorldMember {
  readonly on: string;
  readonly username: string;
  readonly role: Exclude<Role, 'none'>;
}

/** A Slack channel. */
export interface WorldChannel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

/** The Slack workspace; its users are the people with a `slackUserId`. */
export interface WorldSlack {
  readonly teamId: string;
  readonly teamName: string;
  readonly teamDomain: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly appId: string;
  readonly channels: readonly WorldChannel[];
}

/** Everything that a sandbox starts with. */
export interface World {
  readonly people: readonly WorldPerson[];
  readonly groups: readonly WorldGroup[];
  readonly projects: readonly WorldProject[];
  readonly members: readonly WorldMember[];
  readonly issues: readonly WorldIssue[];
  readonly organizations: readonly WorldOrganization[];
  readonly contacts: readonly WorldContact[];
  readonly slack: WorldSlack;
}

const SLACK: WorldSlack = {
  teamId: 'T0ACME001',
  teamName: 'Acme',
  teamDomain: 'acme-sandbox',
  botUserId: 'U0TIELINE',
  botId: 'B0TIELINE',
  appId: 'A0TIELINE',
  channels: [
    { id: 'C0SUPPORT', name: 'support', topic: 'What customers need from us today' },
    { id: 'C0SALES01', name: 'sales', topic: 'Deals, renewals, introductions' },
    { id: 'C0GENERAL', name: 'general', topic: 'Everybody, everything' },
  ],
};

function person(
  id: number,
  name: string,
  rest: { slack: string | null; about: string; admin?: boolean; bot?: boolean; username?: string },
): WorldPerson {
  const username = rest.username ?? name.split(' ')[0]?.toLowerCase() ?? name;
  return {
    id,
    username,
    name,
    email: `${username}@acme.example.com`,
    token: `sandbox-token-${username}`,
    slackUserId: rest.slack,
    about: rest.about,
    admin: rest.admin ?? false,
    bot: rest.bot ?? false,
  };
}

const PEOPLE: readonly WorldPerson[] = [
  person(1, 'Administrator', {
    username: 'root',
    slack: null,
    about: 'Administers the GitLab instance',
    admin: true,
  }),
  person(2, 'Olga Owens', { slack: 'U0OLGA001', about: 'Owner of acme' }),
  person(3, 'Max Maier', { slack: 'U0MAX0001', about: 'Maintainer of acme' }),
  person(4, 'Dev Devani', { slack: 'U0DEV0001', about: 'Developer in acme' }),
  person(5, 'Rita Reyes', { slack: 'U0RITA001', about: 'Reporter in acme' }),
  person(6, 'Pia Planck', { slack: 'U0PIA0001', about: 'Planner in acme' }),
  person(7, 'Gus Gustavsson', { slack: 'U0GUS0001', about: 'Guest in acme' }),
  {
    ...person(8, 'Nina Novak', { slack: 'U0NINA001', about: 'Owner of globex; an outsider to acme' }),
    email: 'nina@globex.example.com',
  },
  person(9, 'Tieline', {
    username: 'tieline',
    slack: SLACK.botUserId,
    about: 'The bot; Maintainer of both companies',
    bot: true,
  }),
];

function group(id: number, path: string, name: string, description: string): WorldGroup {
  return { id, path, name, description, visibility: 'private' };
}

function project(id: number, path: string, name: string, description: string): WorldProject {
  return { id, path, name, description, visibility: 'private' };
}

const GROUPS: readonly WorldGroup[] = [
  group(101, 'acme', 'Acme', 'Everything we make and everybody we make it for'),
  group(102, 'acme/support', 'Support', 'Where customers reach us'),
  group(103, 'acme/platform', 'Platform', 'What the products stand on'),
  group(104, 'acme/platform/infra', 'Infra', 'Machines, networks, backups'),
  group(105, 'globex', 'Globex', 'The other company'),
  group(106, 'globex/sales', 'Sales', 'Leads and offers'),
];

const PROJECTS: readonly WorldProject[] = [
  project(201, 'acme/app', 'App', 'The product'),
  project(202, 'acme/website', 'Website', 'What the world sees'),
  project(203, 'acme/support/desk', 'Desk', 'Requests from customers'),
  project(204, 'acme/platform/infra/ops', 'Ops', 'Runbooks and incidents'),
  project(205, 'globex/portal', 'Portal', 'Customer portal of Globex'),
  project(206, 'globex/sales/leads', 'Leads', 'People who might buy'),
  project(207, 'nina/notes', 'Notes', "Nina's own notebook"),
];

const MEMBERS: readonly WorldMember[] = [
  { on: 'acme', username: 'olga', role: 'owner' },
  { on: 'acme', username: 'max', role: 'maintainer' },
  { on: 'acme', username: 'dev', role: 'developer' },
  { on: 'acme', username: 'rita', role: 'reporter' },
  { on: 'acme', username: 'pia', role: 'planner' },
  { on: 'acme', username: 'gus', role: 'guest' },
  { on: 'acme', username: 'tieline', role: 'maintainer' },
  { on: 'globex', username: 'nina', role: 'owner' },
  { on: 'globex', username: 'tieline', role: 'maintainer' },
];

/** The one world that `npm start` and the tests begin with. */
export const WORLD: World = {
  people: PEOPLE,
  groups: GROUPS,
  projects: PROJECTS,
  members: MEMBERS,
  issues: ISSUES,
  organizations: ORGANIZATIONS,
  contacts: CONTACTS,
  slack: SLACK,
};
