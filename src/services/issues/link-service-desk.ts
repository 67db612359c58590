import type { Tx } from '../../db/client.ts';
import { wasRun } from '../../db/queries/command-runs.ts';
import { contactsByEmail } from '../../db/queries/customers.ts';
import { groupOfIssue } from '../../db/queries/transfers-places.ts';
import type { Contact } from '../../domain/customers.ts';
import { issueReference } from '../../domain/references.ts';
import type { ServiceDeps } from '../deps.ts';
import { holdCrmGroup } from '../groups/open-crm-group.ts';
import { once } from '../once.ts';
import type { DirectoryIssue } from '../ports.ts';
import { changeLinks, lockLinks } from './issue-links.ts';
import { recordIssue } from './open-issue.ts';

/** The mail that an issue was made from: addresses, bare or as `Ada <ada@example.com>`. */
export interface ServiceDeskMail {
  readonly issue: DirectoryIssue;
  readonly from: string | null;
  /** Counts in place of `from` when there is one. */
  readonly replyTo: string | null;
  readonly cc: readonly string[];
}

/** The bare address of `Ada <ada@example.com>`, or the whole text. */
const bare = (text: string): string => (/<([^<>]*)>\s*$/.exec(text)?.[1] ?? text).trim();

const bareOnes = (texts: readonly (string | null)[]): string[] =>
  texts.map((text) => bare(text ?? '')).filter((address) => address !== '');

/** What came of a mail: whom it was found to be from or to, and how many of them were linked just now. */
export interface MailLinked {
  readonly contacts: readonly Contact[];
  readonly added: number;
}

/**
 * Links a new Service Desk issue to every contact of its crm group, active or not, that has the sender's address or
 * one of the copies', ignoring case. None is created and there is no limit of six. Done once for each issue, and once
 * for copies that become known later, by the system, and only where CRM is on for the project's own group.
 */
export async function linkServiceDeskIssue(deps: ServiceDeps, mail: ServiceDeskMail): Promise<MailLinked> {
  const { issue, replyTo, from, cc } = mail;
  const sender = bareOnes([replyTo, from]).slice(0, 1);
  const copies = bareOnes(cc);
  if (sender.length + copies.length === 0) return { contacts: [], added: 0 };
  await recordIssue(deps, issue);
  const runKey = `service-desk:${issue.id}`;
  const position = copies.length === 0 ? 0 : 1;
  let added = 0;
  const contacts = await once(
    deps,
    { runKey, position },
    {
      command: 'link_service_desk',
      run: async (tx) => {
        // Whom somebody has removed since is not linked again.
        const isSenderDone = await wasRun(tx, { runKey, position: 1 - position });
        const addresses = isSenderDone ? copies : [...sender, ...copies];
        const linked = await linkAddresses(tx, deps, { issue, addresses, key: runKey });
        added = linked.length;
        return linked;
      },
    },
  );
  return { contacts, added };
}

async function linkAddresses(
  tx: Tx,
  deps: ServiceDeps,
  { issue, addresses, key }: { issue: DirectoryIssue; addresses: readonly string[]; key: string },
): Promise<Contact[]> {
  const loaded = await holdCrmGroup(tx, () => groupOfIssue(tx, issue.id));
  if (!loaded?.own.crmEnabled) return [];
  const { id, iid, title, state, confidential, project } = issue;
  const reference = issueReference({ project: project.fullPath, iid });
  const summary = { id, reference, title, state, confidential };
  const links = await lockLinks(tx, summary, loaded.crmGroup.id);
  const there = new Set(links.contacts.map((contact) => contact.id));
  const matches = await contactsByEmail(tx, links.crmGroupId, [...addresses]);
  const added = matches.filter((contact) => !there.has(contact.id));
  await changeLinks(tx, null, {
    links,
    change: { add: added.map((contact) => contact.id), remove: [], now: deps.now(), key },
  });
  return added;
}
