import { fullName } from '../../domain/customers.ts';
import type { EditedField } from '../../domain/edits.ts';
import type { CrmEvent, NoticesEnded } from '../../domain/events.ts';
import { TOPICS } from '../../domain/topics.ts';
import type { NoticePayload } from '../../services/notices/announce.ts';
import type { Inline, Reply, Span } from '../reply.ts';
import { fieldName } from './edits.ts';
import { count, listed } from './phrases.ts';
import { wordTransferNotice } from './transfers.ts';

/** Words a notice for a channel. A confidential issue shows as its reference only. */
export function wordNotice({ actor, event }: NoticePayload, instanceUrl: string): Reply {
  if ('transfer' in event) return wordTransferNotice(event, actor?.name ?? null);
  const [title, ...lines] = linesOf(event, { who: actor?.name ?? 'Tieline', instanceUrl });
  return {
    tone: TONES[event.kind] ?? 'info',
    title: title ?? '',
    blocks: lines.map((text) => ({ kind: 'hint', text })),
    visibility: 'public',
  };
}

const TONES: Partial<Record<CrmEvent['kind'], Reply['tone']>> = {
  'delivery.failed': 'warning',
  'health.raised': 'warning',
  'notices.ended': 'warning',
  'health.resolved': 'ok',
};

interface Setting {
  readonly who: string;
  readonly instanceUrl: string;
}

type IssueEvent = Extract<NoticePayload['event'], { issue: unknown }>;

function linesOf(event: Exclude<CrmEvent, { transfer: unknown }>, setting: Setting): Inline[] {
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
    case 'contact.edited':
      return [edited(setting.who, `the contact `, { ...event, name: fullName(event.contact) })];
    case 'organization.edited':
      return [edited(setting.who, `the organization `, { ...event, name: event.organization.name })];
    case 'contact.activated':
    case 'contact.deactivated':
      return [switched(setting.who, event.kind, `the contact `, fullName(event.contact))];
    case 'organization.activated':
    case 'organization.deactivated':
      return [switched(setting.who, event.kind, `the organization `, event.organization.name)];
    case 'group.settings_changed':
      return [[{ text: `${setting.who} ` }, ...settingSpans(event)]];
    case 'contact.linked':
      return [issueLine(event, setting, 'linked', 'to'), ...names(event)];
    case 'contact.unlinked':
      return [issueLine(event, setting, 'removed', 'from'), ...names(event)];
    case 'notices.ended':
      return endedLines(event);
    case 'health.raised':
      return [
        [{ strong: 'Tieline needs a hand: ' }, { text: `${event.what}.` }],
        [{ text: `What to do: ${event.todo}.` }],
      ];
    case 'health.resolved':
      return [[{ strong: 'Over: ' }, { text: `${event.what}.` }]];
    case 'delivery.failed':
      return [
        [
          { text: 'A webhook of ' },
          { strong: event.project },
          { text: ' could not be handled and was given up.' },
        ],
        [
          { text: 'An administrator sees why with ' },
          { code: `tieline deliveries show ${event.delivery}` },
          { text: ' and tries it again with ' },
          { code: `tieline deliveries replay ${event.delivery}` },
          { text: '.' },
        ],
      ];
  }
}

interface Edited {
  readonly name: string;
  readonly formerly: string | null;
  readonly fields: readonly EditedField[];
}

/** Names, and which fields: what they hold is for those who look at the card. */
function edited(who: string, what: string, { name, formerly, fields }: Edited): Span[] {
  const was: Span[] = formerly === null ? [] : [{ text: ' (formerly ' }, { text: formerly }, { text: ')' }];
  return [
    { text: `${who} edited ${what}` },
    { strong: name },
    ...was,
    { text: `: ${listed(fields.map(fieldName))}.` },
  ];
}

const switched = (who: string, kind: string, what: string, name: string): Span[] => [
  { text: `${who} ${kind.endsWith('.activated') ? 'activated' : 'deactivated'} ${what}` },
  { strong: name },
  { text: '.' },
];

function settingSpans({ group, setting }: Extract<CrmEvent, { kind: 'group.settings_changed' }>): Span[] {
  if (setting.name === 'crm_enabled') {
    return [{ text: `turned CRM ${setting.enabled ? 'on' : 'off'} for ` }, { strong: group }, { text: '.' }];
  }
  if (setting.elsewhere) {
    return [{ text: 'let ' }, { strong: group }, { text: ' take its contacts from another hierarchy.' }];
  }
  return setting.source === null
    ? [{ text: 'removed the contact source of ' }, { strong: group }, { text: '.' }]
    : [
        { text: 'let ' },
        { strong: group },
        { text: ' take its contacts from ' },
        { strong: setting.source },
        { text: '.' },
      ];
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

/** Who is behind a confidential issue is as confidential as its title. */
const names = ({ issue, contacts }: IssueEvent): string[] =>
  issue.confidential ? [] : [contacts.map(fullName).join(', ')];

/** To a channel that is told no more, and to whoever let it be told. */
function endedLines({ group, to, why, about }: NoticesEnded): Inline[] {
  const what: Span[] = about === null ? [] : [{ text: ` about ${TOPICS[about]}` }];
  const here: Span = { text: to === 'channel' ? ' have ended here.' : ' have ended in a channel.' };
  const again: Span[] = [
    {
      text:
        to === 'channel'
          ? 'Whoever may see them can turn them on again with '
          : 'Turn them on again in that channel, or in another, with ',
    },
    { code: '/crm notify on' },
  ];
  return [
    [{ text: 'Notices of ' }, { strong: group }, ...what, here],
    to === 'channel'
      ? `${why.charAt(0).toUpperCase()}${why.slice(1)}.`
      : `You turned them on there, but ${why}.`,
    again,
  ];
}
