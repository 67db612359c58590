import { fullName } from '../../domain/customers.ts';
import type { NoticePayload } from '../../services/notices/announce.ts';
import type { Inline, Reply, Span } from '../reply.ts';
import { count } from './phrases.ts';

/** Words a notice for a channel. A confidential issue shows as its reference only. */
export function wordNotice({ actor, event }: NoticePayload, instanceUrl: string): Reply {
  const [title, ...lines] = linesOf(event, { who: actor.name, instanceUrl });
  return {
    tone: 'info',
    title: title ?? '',
    blocks: lines.map((text) => ({ kind: 'hint', text })),
    visibility: 'public',
  };
}

interface Setting {
  readonly who: string;
  readonly instanceUrl: string;
}

type IssueEvent = Extract<NoticePayload['event'], { issue: unknown }>;

function linesOf(event: NoticePayload['event'], setting: Setting): Inline[] {
  switch (event.kind) {
    case 'contact.created':
      return [
        [{ text: `${setting.who} created the contact ` }, { strong: fullName(event.contact) }, { text: '.' }],
      ];
    case 'organization.created':
      return [
        [
          { text: `${setting.who} created the organization ` },
          { strong: event.organization.name },
          { text: '.' },
        ],
      ];
    case 'contact.linked':
      return [issueLine(event, setting, 'linked', 'to'), names(event)];
    case 'contact.unlinked':
      return [issueLine(event, setting, 'removed', 'from'), names(event)];
  }
}

function issueLine(
  event: IssueEvent,
  { who, instanceUrl }: Setting,
  verb: string,
  preposition: string,
): Inline {
  const { issue, contacts } = event;
  const [project = '', iid = ''] = issue.reference.split('#');
  const link: Span = { link: issue.reference, href: `${instanceUrl}/${project}/-/issues/${iid}` };
  const title: Span[] = issue.confidential ? [] : [{ text: ` ${issue.title}` }];
  return [{ text: `${who} ${verb} ${count(contacts.length, 'contact')} ${preposition} ` }, link, ...title];
}

const names = ({ contacts }: IssueEvent): string => contacts.map(fullName).join(', ');
