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

function addressesOf({ from, replyTo, cc }: ServiceDeskMail): string[] {
  const sender = [replyTo, from].map((text) => bare(text ?? '')).find((address) => address !== '');
  return [sender ?? '', ...cc.map(bare)].filter((address) => address !== '');
}

/**
 * Links a new Service Desk issue to every contact of its crm group, active or not, that has the sender's address or
 * one of the copies', ignoring case. None is created and there is no limit of six. Done once for each issue, by the
 * system, and only where CRM is on for the project's own group. Gives the contacts linked.
 */
export async function linkServiceDeskIssue(
  deps: ServiceDeps,
  mail: ServiceDeskMail,
): Promise<readonly Contact[]> {
  const { issue } = mail;
  const addresses = addressesOf(mail);
  if (addresses.length === 0) return [];
  await recordIssue(deps, issue);
  const key = `service-desk:${issue.id}`;
  return once(
    deps,
    { runKey: key, position: 0 },
    {
      command: 'link_service_desk',
      run: async (tx) => {
        const loaded = await holdCrmGroup(tx, () => groupOfIssue(tx, issue.id));
        if (!loaded?.own.crmEnabled) return [];
        const { id, iid, title, state, confidential, project } = issue;
        const reference = issueReference({ project: project.fullPath, iid });
        const summary = { id, reference, title, state, confidential };
        const links = await lockLinks(tx, summary, loaded.crmGroup.id);
        const there = new Set(links.contacts.map((contact) => contact.id));
        const matches = await contactsByEmail(tx, links.crmGroupId, addresses);
        const added = matches.filter((contact) => !there.has(contact.id));
        await changeLinks(tx, null, {
          links,
          change: { add: added.map((contact) => contact.id), remove: [], now: deps.now(), key },
        });
        return added;
      },
    },
  );
}
