/**
 * The rules of moves and transfers once more, pure and small: groups, projects, issues, customers and links by name,
 * each operation as plainly as it can be said. What the database holds is compared with it.
 */
export interface ModelContact {
  /** Null for a copy, whose number only the database knows. */
  id: bigint | null;
  group: string;
  readonly first: string;
  readonly email: string | null;
  phone: string | null;
  organization: ModelOrganization | null;
  readonly active: boolean;
}

export interface ModelOrganization {
  id: bigint | null;
  group: string;
  readonly name: string;
  description: string | null;
}

export interface ModelIssue {
  readonly name: string;
  readonly project: string;
  /** The crm group that its links are in. */
  crm: string | null;
  links: ModelContact[];
}

export interface ModelHeld {
  readonly subject: string;
  readonly from: string;
  readonly to: string;
}

export interface ModelTransfer extends ModelHeld {
  readonly state: 'held' | 'applied';
  readonly counts: ModelCounts;
}

type Outcomes = Partial<Record<'moved' | 'copied' | 'merged' | 'conflict' | 'waiting', number>>;

export interface ModelCounts {
  readonly contacts: Outcomes;
  readonly organizations: Outcomes;
  readonly links: Outcomes;
}

interface Pair {
  readonly from: string;
  readonly to: string;
}

type Mode = 'move' | 'copy-all' | 'copy-linked';

const same = (a: Pair, b: Pair): boolean => a.from === b.from && a.to === b.to;
const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];
const add = (outcomes: Outcomes, key: keyof Outcomes): void => {
  outcomes[key] = (outcomes[key] ?? 0) + 1;
};

export class CrmModel {
  /** In the order they were made, which is the order of their ids. */
  readonly groups = new Map<string, { parent: string | null; source: string | null }>();
  readonly projects = new Map<string, string | null>();
  readonly issues = new Map<string, ModelIssue>();
  contacts: ModelContact[] = [];
  organizations: ModelOrganization[] = [];
  held: ModelHeld[] = [];
  readonly #cloned = new Set<string>();

  chain(group: string): string[] {
    const parent = this.groups.get(group)?.parent ?? null;
    return parent === null ? [group] : [group, ...this.chain(parent)];
  }

  crmGroupOf(group: string): string {
    const chain = this.chain(group);
    const nearest = chain
      .map((name) => this.groups.get(name)?.source ?? null)
      .find((source) => source !== null);
    return nearest ?? chain.at(-1) ?? group;
  }

  below(group: string): string[] {
    return [...this.groups.keys()].filter((name) => this.chain(name).includes(group));
  }

  groupOf(issue: ModelIssue): string | null {
    return this.projects.get(issue.project) ?? null;
  }

  crmGroupOfIssue(issue: ModelIssue): string | null {
    const group = this.groupOf(issue);
    return group === null ? null : this.crmGroupOf(group);
  }

  issuesBelow(group: string): ModelIssue[] {
    const below = this.below(group);
    return [...this.issues.values()].filter((issue) => below.includes(this.groupOf(issue) ?? ''));
  }

  isFrozen(issue: ModelIssue): boolean {
    return issue.links.length > 0 && issue.crm !== this.crmGroupOfIssue(issue);
  }

  /** A held transfer that says why an issue's links are where they are. */
  covers(held: Pair & { subject: string }, issue: ModelIssue): boolean {
    const group = this.groupOf(issue);
    return (
      group !== null &&
      held.from === issue.crm &&
      held.to === this.crmGroupOf(group) &&
      this.chain(group).includes(held.subject)
    );
  }

  link(issue: ModelIssue, contact: ModelContact): void {
    issue.crm = contact.group;
    if (!issue.links.includes(contact)) issue.links.push(contact);
  }

  /** False when issues below have contacts from elsewhere: then nothing changes. */
  setSource(group: string, source: string | null): boolean {
    const node = this.groups.get(group);
    if (!node || node.source === source) return true;
    const former = node.source;
    node.source = source;
    const crm = this.crmGroupOf(group);
    if (this.issuesBelow(group).some((issue) => issue.links.length > 0 && issue.crm !== crm)) {
      node.source = former;
      return false;
    }
    const around = new Set([...this.below(group), ...this.chain(group)]);
    this.held = this.held.filter((held) => !around.has(held.subject) || this.#isNeeded(held));
    return true;
  }

  moveGroup(group: string, parent: string | null, permitted: boolean): ModelTransfer[] {
    const node = this.groups.get(group);
    if (!node || node.parent === parent) return [];
    const formerChain = this.chain(group);
    const former = this.crmGroupOf(group);
    node.parent = parent;
    const below = this.below(group);
    const around = new Set([...below, ...this.chain(group), ...formerChain]);
    const gone = this.held.filter((held) => around.has(held.subject) && !this.#isNeeded(held));
    this.held = this.held.filter((held) => !gone.includes(held));
    const pairs = this.#astrayPairs(group);
    const customers = [
      { from: former, to: this.crmGroupOf(group) },
      ...gone
        .filter(({ subject }) => below.includes(subject))
        .map(({ subject, from }) => ({ from, to: this.crmGroupOf(subject) })),
    ];
    for (const pair of customers) {
      const isCovered = this.held.some(
        (held) => same(held, pair) && this.chain(pair.from).includes(held.subject),
      );
      const isNew = !pairs.some((known) => same(known, pair)) && !isCovered && pair.from !== pair.to;
      if (isNew && below.includes(pair.from) && this.#hasCustomers(pair.from)) pairs.push(pair);
    }
    return pairs.flatMap((pair) => this.#settle(group, pair, permitted));
  }

  /** Pairs that linked issues below a group have and should have, uncovered, in order of id. */
  #astrayPairs(group: string): Pair[] {
    const order = [...this.groups.keys()];
    const found: Pair[] = [];
    for (const issue of this.issuesBelow(group)) {
      const to = this.crmGroupOfIssue(issue);
      if (!this.isFrozen(issue) || issue.crm === null || to === null) continue;
      if (this.held.some((held) => this.covers(held, issue))) continue;
      const pair = { from: issue.crm, to };
      if (!found.some((known) => same(known, pair))) found.push(pair);
    }
    const rank = ({ from, to }: Pair): number => order.indexOf(from) * 1000 + order.indexOf(to);
    return found.sort((a, b) => rank(a) - rank(b));
  }

  #hasCustomers(group: string): boolean {
    return [...this.contacts, ...this.organizations].some((row) => row.group === group);
  }

  #isNeeded({ subject, from, to }: ModelHeld): boolean {
    const below = this.below(subject);
    const waits = this.issuesBelow(subject).some(
      (issue) => issue.links.length > 0 && issue.crm === from && this.crmGroupOfIssue(issue) === to,
    );
    return waits || (below.includes(from) && this.crmGroupOf(subject) === to && this.#hasCustomers(from));
  }

  #modeOf(subject: string, { from, to }: Pair): Mode {
    if (!this.below(subject).includes(from)) return 'copy-linked';
    const inScope = this.issuesBelow(subject).filter((issue) => this.crmGroupOfIssue(issue) === to);
    const isUsed = [...this.groups.keys()].some((group) => this.crmGroupOf(group) === from);
    const hasOthers = [...this.issues.values()].some(
      (issue) => issue.crm === from && issue.links.length > 0 && !inScope.includes(issue),
    );
    return isUsed || hasOthers ? 'copy-all' : 'move';
  }

  #settle(subject: string, pair: Pair, permitted: boolean): ModelTransfer[] {
    const mode = this.#modeOf(subject, pair);
    const { contacts, organizations, issues } = this.#brings(subject, pair, mode);
    if (!permitted && contacts.length + organizations.length > 0) {
      const own = { subject, ...pair };
      const isNew = !this.held.some((held) => held.subject === subject && same(held, pair));
      if (isNew) this.held.push(own);
      this.#closeOvertaken(subject, pair);
      const links = issues.reduce((sum, issue) => sum + issue.links.length, 0);
      const counts = {
        contacts: waiting(contacts.length),
        organizations: waiting(organizations.length),
        links: waiting(links),
      };
      return isNew ? [{ ...own, state: 'held', counts }] : [];
    }
    const counts = this.apply(subject, pair);
    this.#closeOvertaken(subject, pair);
    return [{ subject, ...pair, state: 'applied', counts }];
  }

  /** Held transfers that say the same of groups below go into the one of the group itself; emptied ones go. */
  #closeOvertaken(subject: string, pair: Pair): void {
    const below = this.below(subject).filter((group) => group !== subject);
    const hasOwn = this.held.some((held) => held.subject === subject && same(held, pair));
    const around = new Set([...below, ...this.chain(subject)]);
    this.held = this.held.filter((held) => {
      if (!same(held, pair) || !around.has(held.subject)) return true;
      return hasOwn && below.includes(held.subject) ? false : this.#isNeeded(held);
    });
  }

  #brings(subject: string, { from, to }: Pair, mode: Mode) {
    const issues = this.issuesBelow(subject).filter(
      (issue) => issue.crm === from && this.crmGroupOfIssue(issue) === to,
    );
    const linked = unique(issues.flatMap((issue) => issue.links));
    const contacts =
      mode === 'copy-linked' ? linked : this.contacts.filter((contact) => contact.group === from);
    const organizations =
      mode === 'copy-linked'
        ? unique(linked.flatMap(({ organization }) => (organization ? [organization] : [])))
        : this.organizations.filter((organization) => organization.group === from);
    return { issues, contacts, organizations };
  }

  /** Brings the customers of a pair over. */
  apply(subject: string, pair: Pair): ModelCounts {
    const mode = this.#modeOf(subject, pair);
    const { issues, contacts, organizations } = this.#brings(subject, pair, mode);
    const counts = { contacts: {}, organizations: {}, links: {} };
    const moved = new Map<ModelOrganization, ModelOrganization>();
    for (const row of organizations) moved.set(row, this.#bringOrganization(row, pair, mode, counts));
    const stand = new Map<ModelContact, ModelContact>();
    for (const row of contacts) {
      const organization = row.organization ? (moved.get(row.organization) ?? null) : null;
      stand.set(row, this.#bringContact(row, organization, { pair, mode, counts }));
    }
    for (const issue of issues) {
      for (const _ of issue.links) add(counts.links, 'moved');
      issue.links = unique(issue.links.map((contact) => stand.get(contact) ?? contact));
      issue.crm = pair.to;
    }
    return counts;
  }

  #bringOrganization(
    row: ModelOrganization,
    { to }: Pair,
    mode: Mode,
    counts: { organizations: Outcomes },
  ): ModelOrganization {
    const twin = this.organizations.find(
      ({ group, name }) => group === to && name.toLowerCase() === row.name.toLowerCase(),
    );
    if (twin) {
      const lost =
        twin.name !== row.name ||
        (twin.description !== null && row.description !== null && twin.description !== row.description);
      add(counts.organizations, lost ? 'conflict' : 'merged');
      twin.description ??= row.description;
      if (mode === 'move') this.organizations = this.organizations.filter((other) => other !== row);
      return twin;
    }
    add(counts.organizations, mode === 'move' ? 'moved' : 'copied');
    if (mode === 'move') {
      row.group = to;
      return row;
    }
    const copy = { ...row, id: null, group: to };
    this.organizations.push(copy);
    return copy;
  }

  #bringContact(
    row: ModelContact,
    organization: ModelOrganization | null,
    { pair, mode, counts }: { pair: Pair; mode: Mode; counts: { contacts: Outcomes } },
  ): ModelContact {
    const twin =
      row.email === null
        ? undefined
        : this.contacts.find(
            ({ group, email }) => group === pair.to && email?.toLowerCase() === row.email?.toLowerCase(),
          );
    if (twin) {
      const lost =
        twin.first !== row.first ||
        twin.email !== row.email ||
        twin.active !== row.active ||
        (twin.phone !== null && row.phone !== null && twin.phone !== row.phone) ||
        (twin.organization !== null && organization !== null && twin.organization !== organization);
      add(counts.contacts, lost ? 'conflict' : 'merged');
      twin.phone ??= row.phone;
      twin.organization ??= organization;
      if (mode === 'move') this.contacts = this.contacts.filter((other) => other !== row);
      return twin;
    }
    add(counts.contacts, mode === 'move' ? 'moved' : 'copied');
    if (mode === 'move') {
      row.group = pair.to;
      row.organization = organization;
      return row;
    }
    const copy = { ...row, id: null, group: pair.to, organization };
    this.contacts.push(copy);
    return copy;
  }

  migrate(held: ModelHeld): void {
    this.held = this.held.filter((other) => other !== held);
    this.apply(held.subject, held);
    this.#closeOvertaken(held.subject, held);
  }

  leaveBehind(held: ModelHeld): void {
    this.held = this.held.filter((other) => other !== held);
    for (const issue of this.issuesBelow(held.subject)) {
      if (issue.crm !== held.from || this.crmGroupOfIssue(issue) !== held.to) continue;
      issue.links = [];
      issue.crm = held.to;
    }
    this.#closeOvertaken(held.subject, held);
  }

  moveProject(project: string, group: string | null): void {
    const former = this.projects.get(project) ?? null;
    if (former === group) return;
    this.projects.set(project, group);
    for (const issue of this.issues.values()) {
      if (issue.project !== project || !this.isFrozen(issue)) continue;
      if (this.held.some((held) => this.covers(held, issue))) continue;
      issue.links = [];
      issue.crm = this.crmGroupOfIssue(issue);
    }
    const above = former === null ? [] : this.chain(former);
    this.held = this.held.filter((held) => !above.includes(held.subject) || this.#isNeeded(held));
  }

  /** Gives how many links were dropped. */
  step(source: ModelIssue, target: ModelIssue, isClone: boolean): number {
    if (source.links.length === 0 || source.crm === null) return 0;
    if (isClone && this.#cloned.has(`${source.name}>${target.name}`)) return 0;
    if (isClone) this.#cloned.add(`${source.name}>${target.name}`);
    const right = this.crmGroupOfIssue(target);
    const frozen = this.held.some((held) => this.covers(held, { ...target, crm: source.crm }));
    const dest = target.links.length > 0 ? target.crm : frozen ? source.crm : right;
    const links = source.links;
    if (!isClone) source.links = [];
    if (dest !== source.crm) {
      if (target.links.length === 0) target.crm = right;
    } else {
      target.crm = source.crm;
      target.links = unique([...target.links, ...links]);
    }
    if (!isClone) this.#closeEmptied(source);
    return dest === source.crm ? 0 : links.length;
  }

  /** Held transfers that waited for the links of an issue, if they have nothing else to wait for. */
  #closeEmptied(issue: ModelIssue): void {
    const group = this.groupOf(issue);
    const above = group === null ? [] : this.chain(group);
    this.held = this.held.filter(
      (held) => held.from !== issue.crm || !above.includes(held.subject) || this.#isNeeded(held),
    );
  }
}

const waiting = (n: number): Outcomes => (n === 0 ? {} : { waiting: n });
