/**
 * A world made to ask every question about rights: for each way to hold a role, one person of every role. Nothing
 * here asks the product what is right: expectations are counted from the printed policy table and from who is a
 * member of what.
 *
 *     alpha              holds its own customers; alpha/app, alpha/open (public), alpha/sub/desk
 *     |- alpha/sub
 *     `- alpha/off       CRM is off for it alone: alpha/off/hush
 *     beta               takes its customers from gamma: beta/shop
 *     gamma              another hierarchy
 *     delta              holds customers, CRM is off: delta/lab
 *     zoe/notes          a personal project
 */
import { ROLES, type Role } from '../../src/domain/roles.ts';
import { policyRows } from '../../src/policy/print.ts';
import type { Ability } from '../../src/policy/table.ts';
import { WORLD, type World, type WorldMember, type WorldPerson } from '../../src/sandbox/world.ts';
import type { WorldContact } from '../../src/sandbox/world-customers.ts';
import type { WorldIssue } from '../../src/sandbox/world-issues.ts';

export type Verdict = 'allowed' | 'refused' | 'hidden' | 'blocked';

/** Where CRM is off from the start, and who takes customers from whom. */
export const SETTINGS: readonly { group: string; crmEnabled: boolean; source: string | null }[] = [
  { group: 'alpha/off', crmEnabled: false, source: null },
  { group: 'beta', crmEnabled: true, source: 'gamma' },
  { group: 'delta', crmEnabled: false, source: null },
];

export interface Somebody {
  readonly username: string;
  readonly blocked: boolean;
  readonly memberships: readonly { readonly on: string; readonly role: Role }[];
}

export interface GroupQuestion {
  readonly kind: 'group';
  readonly path: string;
}

export interface IssueQuestion {
  readonly kind: 'issue';
  /** The surfaces ask on issues of their own, so that each sees its own doing. */
  readonly references: { readonly slack: string; readonly gitlab: string };
  readonly project: string;
  readonly confidential: boolean;
  readonly takesPart: boolean;
}

/** May this person do that there? */
export interface Question {
  readonly who: Somebody;
  readonly ability: Ability;
  readonly target: GroupQuestion | IssueQuestion;
  /** "reporter on alpha asks for contact.view on alpha/sub". */
  readonly title: string;
}

const HOLDERS: readonly { group: string; first: string }[] = [
  { group: 'alpha', first: 'Alma' },
  { group: 'gamma', first: 'Gamze' },
  { group: 'delta', first: 'Delia' },
];

const rootOf = (path: string): string => path.split('/')[0] ?? path;
const sourceOf = (path: string): string | null =>
  SETTINGS.find(({ group, source }) => source !== null && (path === group || path.startsWith(`${group}/`)))
    ?.source ?? null;

/** The group whose customers apply in a group. */
export const crmGroupIn = (path: string): string => sourceOf(path) ?? rootOf(path);
const crmIsOn = (group: string): boolean =>
  SETTINGS.find((settings) => settings.group === group)?.crmEnabled ?? true;
const isPersonal = (project: string): boolean => rootOf(project) === 'zoe';
const groupOfProject = (project: string): string => project.slice(0, project.lastIndexOf('/'));

/** The number of the customers of a crm group: seeded one contact and one organization each, in this order. */
export const customerNumber = (crmGroup: string): number =>
  HOLDERS.findIndex(({ group }) => group === crmGroup) + 1;

/** The highest role that a person holds on a path or above it. */
function roleOn(who: Somebody, path: string): Role {
  const held = who.memberships.filter(({ on }) => path === on || path.startsWith(`${on}/`));
  return ROLES[Math.max(0, ...held.map(({ role }) => ROLES.indexOf(role)))] ?? 'none';
}

const TABLE = new Map(policyRows().map((row) => [row.ability, row]));
const tableSays = (ability: Ability, role: Role): boolean => TABLE.get(ability)?.roles[role] ?? false;

/** What a refusal for want of a role says, by the words of the table: which role it takes, by its name. */
export function neededRole(words: string): string {
  const row = policyRows().find((candidate) => candidate.words === words);
  const lowest = ROLES.find((role) => row?.roles[role]) ?? 'none';
  return lowest.charAt(0).toUpperCase() + lowest.slice(1);
}

/** Names of groups that this person must never read: those of hierarchies in which they hold no role at all. */
export function unknownTo(who: Somebody): string[] {
  return HOLDERS.map(({ group }) => group).filter(
    (root) => !who.memberships.some(({ on }) => rootOf(on) === root),
  );
}

/** What the table and the memberships say. */
export function expected({ who, ability, target }: Question): Verdict {
  if (who.blocked) return 'blocked';
  return target.kind === 'group' ? onGroup(who, ability, target.path) : onIssue(who, ability, target);
}

function onGroup(who: Somebody, ability: Ability, path: string): Verdict {
  const counted = TABLE.get(ability)?.on === 'group' ? path : crmGroupIn(path);
  const role = roleOn(who, counted);
  // Whoever sees a group sees what is above it; a source elsewhere they need not see.
  const seen = role !== 'none' || (path.startsWith(`${counted}/`) && roleOn(who, path) !== 'none');
  if (!seen) return 'hidden';
  if (!tableSays(ability, role)) return 'refused';
  return TABLE.get(ability)?.on === 'group' || crmIsOn(counted) ? 'allowed' : 'refused';
}

function onIssue(who: Somebody, ability: Ability, target: IssueQuestion): Verdict {
  const onProject = roleOn(who, target.project);
  if (onProject === 'none') return 'hidden';
  if (target.confidential && onProject === 'guest' && !target.takesPart) return 'hidden';
  if (isPersonal(target.project)) return 'refused';
  const own = groupOfProject(target.project);
  const crmGroup = crmGroupIn(own);
  const mayTwice = tableSays(ability, onProject) && tableSays(ability, roleOn(who, crmGroup));
  return mayTwice && crmIsOn(own) && crmIsOn(crmGroup) ? 'allowed' : 'refused';
}

const ON_CRM_GROUP = policyRows().flatMap(({ ability, on }) => (on === 'crm_group' ? [ability] : []));
const ON_ISSUE = policyRows().flatMap(({ ability, on }) => (on === 'issue' ? [ability] : []));
const ON_GROUP = policyRows().flatMap(({ ability, on }) => (on === 'group' ? [ability] : []));

/** Everybody, every issue, every question. */
export interface Cast {
  readonly world: World;
  readonly everybody: readonly Somebody[];
  readonly questions: readonly Question[];
}

class Casting {
  readonly everybody: Somebody[] = [];
  readonly issues: WorldIssue[] = [];
  readonly questions: Question[] = [];

  /** One person of every role in one place. */
  inEveryRole(on: string, blocked = false): Somebody[] {
    return ROLES.map((role) => this.person([{ on, role }], blocked));
  }

  person(memberships: Somebody['memberships'], blocked = false): Somebody {
    const username = `p${this.everybody.length + 1}`;
    const who = { username, blocked, memberships: memberships.filter(({ role }) => role !== 'none') };
    this.everybody.push(who);
    return who;
  }

  group(who: Somebody, path: string, abilities: readonly Ability[] = ON_CRM_GROUP): void {
    for (const ability of abilities) this.#ask(who, ability, { kind: 'group', path });
  }

  issue(
    who: Somebody,
    project: string,
    as: { confidential?: boolean; author?: Somebody; assignee?: Somebody } = {},
  ): void {
    for (const ability of ON_ISSUE) {
      const references = { slack: this.#open(project, as), gitlab: this.#open(project, as) };
      const takesPart = as.author === who || as.assignee === who;
      const confidential = as.confidential ?? false;
      this.#ask(who, ability, { kind: 'issue', references, project, confidential, takesPart });
    }
  }

  #open(project: string, as: { confidential?: boolean; author?: Somebody; assignee?: Somebody }): string {
    this.issues.push({
      project,
      title: 'A question of rights',
      description: '',
      author: as.author?.username ?? 'zoe',
      ...(as.assignee === undefined ? {} : { assignee: as.assignee.username }),
      ...(as.confidential === true ? { confidential: true } : {}),
      contacts: [],
      comments: [],
    });
    return `${project}#${this.issues.filter((issue) => issue.project === project).length}`;
  }

  #ask(who: Somebody, ability: Ability, target: GroupQuestion | IssueQuestion): void {
    const roles = who.memberships.map(({ on, role }) => `${role} on ${on}`).join(' and ') || 'nobody';
    const where = target.kind === 'group' ? target.path : describe(target);
    const title = `${who.blocked ? 'blocked ' : ''}${roles} asks for ${ability} on ${where}`;
    this.questions.push({ who, ability, target, title });
  }
}

const describe = ({ project, confidential, takesPart }: IssueQuestion): string =>
  `${confidential ? `a confidential issue${takesPart ? ' of their own' : ''}` : 'an issue'} of ${project}`;

function ask(casting: Casting): void {
  for (const who of casting.inEveryRole('alpha')) {
    for (const path of ['alpha', 'alpha/sub']) casting.group(who, path);
    casting.group(who, 'alpha/off', ['contact.view', 'contact.create']);
    for (const path of ['alpha', 'alpha/sub']) casting.group(who, path, ON_GROUP);
    for (const project of ['alpha/app', 'alpha/open', 'alpha/sub/desk', 'alpha/off/hush'])
      casting.issue(who, project);
    casting.issue(who, 'alpha/app', { confidential: true });
    casting.issue(who, 'alpha/app', { confidential: true, author: who });
    casting.issue(who, 'alpha/app', { confidential: true, assignee: who });
  }
  for (const who of casting.inEveryRole('alpha/app')) {
    casting.issue(who, 'alpha/app');
    casting.group(who, 'alpha', ['contact.view', 'contact.create']);
  }
  for (const who of casting.inEveryRole('alpha/sub')) {
    casting.issue(who, 'alpha/sub/desk');
    casting.group(who, 'alpha/sub');
    casting.group(who, 'alpha/sub', ON_GROUP);
    casting.group(who, 'alpha', ON_GROUP);
  }
  for (const there of ROLES) {
    for (const here of ROLES) {
      const who = casting.person([
        { on: 'beta', role: here },
        { on: 'gamma', role: there },
      ]);
      casting.issue(who, 'beta/shop');
      if (here === 'none') casting.group(who, 'beta');
      if (here === 'owner') casting.group(who, 'beta', ['contact.view', 'contact.create']);
    }
  }
  for (const who of casting.inEveryRole('delta')) {
    casting.group(who, 'delta');
    casting.issue(who, 'delta/lab');
  }
  for (const who of casting.inEveryRole('zoe/notes')) casting.issue(who, 'zoe/notes');
  for (const who of casting.inEveryRole('alpha', true)) {
    casting.group(who, 'alpha');
    casting.group(who, 'alpha', ON_GROUP);
    casting.issue(who, 'alpha/app');
  }
}

const person = (id: number, username: string, name: string): WorldPerson => ({
  id,
  username,
  name,
  email: `${username}@people.example.com`,
  token: `matrix-token-${username}`,
  slackUserId: `U0${username.toUpperCase()}`,
  about: '',
  admin: false,
  bot: false,
});

const contact = (group: string, firstName: string): WorldContact => ({
  group,
  firstName,
  lastName: 'Holder',
  email: `${firstName.toLowerCase()}@customers.example.com`,
  phone: null,
  description: null,
  organization: null,
  active: true,
});

const GROUPS = ['alpha', 'alpha/sub', 'alpha/off', 'beta', 'gamma', 'delta'];
const PROJECTS = [
  'alpha/app',
  'alpha/open',
  'alpha/sub/desk',
  'alpha/off/hush',
  'beta/shop',
  'delta/lab',
  'zoe/notes',
];

/** Makes the world up. */
export function castPermissions(): Cast {
  const casting = new Casting();
  ask(casting);
  const staff = WORLD.people.filter(({ username }) => username === 'root' || username === 'tieline');
  const members: WorldMember[] = casting.everybody.flatMap(({ username, memberships }) =>
    memberships.map(({ on, role }) => ({ on, username, role: role as WorldMember['role'] })),
  );
  const bot: WorldMember[] = [...GROUPS.filter((group) => !group.includes('/')), 'zoe/notes'].map((on) => ({
    on,
    username: 'tieline',
    role: 'maintainer',
  }));
  const described = (path: string) => ({ path, name: path, description: '' });
  const world: World = {
    ...WORLD,
    people: [
      ...staff,
      person(50, 'zoe', 'Zoe'),
      ...casting.everybody.map(({ username }, index) => person(100 + index, username, `Person ${username}`)),
    ],
    groups: GROUPS.map((path, index) => ({ ...described(path), id: 1001 + index, visibility: 'private' })),
    projects: PROJECTS.map((path, index) => ({
      ...described(path),
      id: 2001 + index,
      visibility: path === 'alpha/open' ? 'public' : 'private',
    })),
    members: [...bot, ...members],
    issues: casting.issues,
    organizations: HOLDERS.map(({ group, first }) => ({
      group,
      name: `${first} Ltd`,
      defaultRate: null,
      description: null,
      active: true,
    })),
    contacts: HOLDERS.map(({ group, first }) => contact(group, first)),
  };
  return { world, everybody: casting.everybody, questions: casting.questions };
}
