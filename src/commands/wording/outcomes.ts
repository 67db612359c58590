import { fullName } from '../../domain/customers.ts';
import { type LinkOutcome, MAX_CONTACTS_ADDED } from '../../domain/link-plan.ts';
import type { ContactsChanged } from '../../services/issues/change-contacts.ts';
import type { Reply, ReplyBlock, ReplyItem, Span } from '../reply.ts';
import { count, creatingContact, listed } from './phrases.ts';

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
    case 'kept':
      return 'not removed: not every contact that was named is known';
    case 'ambiguous':
      return `could be several: ${listed(outcome.candidates, 'or')}`;
    case 'not_found':
      return outcome.nearest === null ? 'not found' : `not found; the nearest match is ${outcome.nearest}`;
  }
}

const item = (outcome: LinkOutcome, discreet: boolean): ReplyItem => ({
  text: [...subject(outcome, discreet), { text: `: ${verdict(outcome)}` }],
});

const FAILED: ReadonlySet<LinkOutcome['kind']> = new Set([
  'not_found',
  'ambiguous',
  'inactive',
  'over_limit',
  'kept',
]);

/** "1 contact added to acme/app#1." */
function title({ issue, outcomes }: ContactsChanged): string {
  const numberOf = (wanted: LinkOutcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === wanted).length;
  const [added, removed] = [numberOf('added'), numberOf('removed')];
  if (added + removed === 0) return `Nothing changed on ${issue.reference}.`;
  if (added > 0 && removed > 0) {
    return `${count(added, 'contact')} added and ${removed} removed on ${issue.reference}.`;
  }
  return added > 0
    ? `${count(added, 'contact')} added to ${issue.reference}.`
    : `${count(removed, 'contact')} removed from ${issue.reference}.`;
}

/** How to create the first of those that nobody is; an issue's readers may have no way to. */
function nextStep({ kind, outcomes }: ContactsChanged, discreet: boolean): ReplyBlock[] {
  if (discreet || kind === 'remove') return [];
  const unknown = outcomes.find((outcome) => outcome.kind === 'not_found' && !/^C\d+$/i.test(outcome.text));
  return unknown ? [{ kind: 'hint', text: creatingContact(unknown.text) }] : [];
}

/** Says what was done to an issue's contacts: a count, then a line for each contact. */
export function wordContactsChanged(changed: ContactsChanged, discreet: boolean): Reply {
  const { outcomes } = changed;
  const failed = outcomes.some((outcome) => FAILED.has(outcome.kind));
  const isDone = outcomes.some(({ kind }) => kind === 'added' || kind === 'removed');
  return {
    tone: failed ? 'warning' : isDone ? 'ok' : 'info',
    title: title(changed),
    blocks:
      outcomes.length === 0
        ? []
        : [
            { kind: 'list', items: outcomes.map((outcome) => item(outcome, discreet)) },
            ...nextStep(changed, discreet),
          ],
    visibility: discreet ? 'public' : 'private',
  };
}
