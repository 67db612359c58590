/** What a channel can ask to be told about; each event belongs to one topic. */
export const TOPICS = {
  contacts: 'contacts created, edited, activated or deactivated',
  organizations: 'organizations created, edited, activated or deactivated',
  links: 'contacts linked to issues or removed from them',
  transfers: 'issues, projects and groups that moved',
  settings: 'CRM turned on or off, contact sources changed',
  deliveries: 'deliveries that failed for good',
  health: "what is wrong with Tieline's own tokens, webhooks and database",
} as const;

export type Topic = keyof typeof TOPICS;

export const TOPIC_NAMES = Object.keys(TOPICS) as Topic[];

/** For Owners alone, so it is asked for by name. */
export const OWNERS_TOPIC = 'health' satisfies Topic;

/** What a channel is told about that names no topics. */
export const USUAL_TOPICS: readonly Topic[] = TOPIC_NAMES.filter((topic) => topic !== OWNERS_TOPIC);

/** First part of an event's kind that tells its topic, longest first. */
const PREFIXES: readonly (readonly [string, Topic])[] = [
  ['contact.linked', 'links'],
  ['contact.unlinked', 'links'],
  ['contact.', 'contacts'],
  ['organization.', 'organizations'],
  ['group.settings', 'settings'],
  ['group.', 'transfers'],
  ['project.', 'transfers'],
  ['issue.', 'transfers'],
  ['delivery.', 'deliveries'],
  ['health.', 'health'],
  // Told to those concerned, whatever they asked for.
  ['notices.', 'settings'],
];

/** The topic that an event of this kind belongs to. */
export function topicOf(kind: string): Topic {
  const found = PREFIXES.find(([prefix]) => kind.startsWith(prefix));
  if (!found) throw new Error(`no topic for events of kind ${kind}`);
  return found[1];
}
