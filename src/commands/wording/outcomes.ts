import { fullName } from '../../domain/customers.ts';
import { type LinkOutcome, MAX_CONTACTS_ADDED } from '../../domain/link-plan.ts';
import type { ContactsChanged } from '../../services/issues/change-contacts.ts';
import type { Reply, ReplyItem, Span } from '../reply.ts';
import { count, listed } from './phrases.ts';

/**
 * Who a line is about. Everybody who reads an issue reads the answer to a comment, so there the line repeats what
 * was typed and tells no more; on Slack only the asker reads it.
 */
function subject(outcome: LinkOutcome, discreet: boolean): Span[] {
  if (discreet || !('contact' in outcome)) return [{ strong: outcome.text }];
  const { contact } = outcome;
  return contact.email === null
    ? [{ strong: fullName(contact) }]
    : [{ strong: fullName(contact) }, { text: ` (${contact.email})` }];
}

function verdict(outcome: LinkOutcome): string {
  switch (outcome.kind) {
    case 'added':
      return 'added';
    case 'already_there':
      return 'was there already';
    case 'removed':
      return 'removed';
    case 'was_not_there':
      return 'was not there';
    case 'inactive':
      return 'not added: the contact is inactive';
    case 'over_limit':
      return `not added: at most ${MAX_CONTACTS_ADDED} contacts can be added at a time; add the rest in another go`;
    case 'ambiguous':
      return `could be several: ${listed(outcome.candidates, 'or')}`;
    case 'not_found':
      return outcome.nearest === null ? 'not found' : `not found; the nearest match is ${outcome.nearest}`;
  }
}

const item = (outcome: LinkOutcome, discreet: boolean): ReplyItem => ({
  text: [...subject(outcome, discreet), { text: `: ${verdict(outcome)}` }],
});

const CHANGED = { add: 'added', remove: 'removed' } as const;

/** Says what was done to an issue's contacts: a count, then a line for each reference. */
export function wordContactsChanged(changed: ContactsChanged, discreet: boolean): Reply {
  const done = changed.outcomes.filter((outcome) => outcome.kind === CHANGED[changed.kind]).length;
  const preposition = changed.kind === 'add' ? 'to' : 'from';
  const failed = changed.outcomes.some((outcome) =>
    ['not_found', 'ambiguous', 'inactive', 'over_limit'].includes(outcome.kind),
  );
  const title =
    done === 0
      ? `Nothing changed on ${changed.issue.reference}.`
      : `${count(done, 'contact')} ${CHANGED[changed.kind]} ${preposition} ${changed.issue.reference}.`;
  return {
    tone: failed ? 'warning' : done === 0 ? 'info' : 'ok',
    title,
    blocks: [{ kind: 'list', items: changed.outcomes.map((outcome) => item(outcome, discreet)) }],
    visibility: discreet ? 'public' : 'private',
  };
}
