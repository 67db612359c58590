import type { Actor } from '../domain/actor.ts';
import type { AuditedChange, AuditedValue } from '../services/audit/audited-changes.ts';
import type { AuditedEntry } from '../services/audit/list-audit.ts';

const SURFACES: Readonly<Record<Actor['surface'] | 'system', string>> = {
  slack: 'on Slack',
  gitlab: 'in a GitLab comment',
  graphql: 'by GraphQL',
  cli: 'on the command line',
  system: 'of itself',
};

const LETTERS: Readonly<Record<string, string>> = { contact: 'C', organization: 'O' };

/** Entries for a person at a terminal, a few lines each. */
export function renderAudit(entries: readonly AuditedEntry[]): string {
  return entries.map(renderEntry).join('\n\n');
}

function renderEntry(entry: AuditedEntry): string {
  const { at, action, crmGroup, deliveryKey } = entry;
  const when = at.toISOString().replace('T', ' ').replace('.000Z', 'Z');
  const lines = [
    `${when}  ${action}  ${subjectWords(entry)}, in ${crmGroup.fullPath}`,
    `by ${actorWords(entry)} ${SURFACES[entry.surface]}${deliveryKey === null ? '' : `, delivery ${deliveryKey}`}`,
    ...entry.changes.flatMap(changeLines),
  ];
  return lines.map((line, index) => `${index === 0 ? '' : '    '}${printable(line)}`).join('\n');
}

function subjectWords({ subject: { kind, id, name } }: AuditedEntry): string {
  const letter = LETTERS[kind];
  const number = letter === undefined ? String(id) : `${letter}${id}`;
  if (name === null) return `${kind} ${number}`;
  return letter === undefined ? `${kind} ${name}` : `${kind} ${name} (${number})`;
}

function actorWords({ actor }: AuditedEntry): string {
  if (actor === null) return 'the system';
  return actor.username === null ? `user ${actor.id}` : `${actor.username} (user ${actor.id})`;
}

function changeLines({ field, before, after }: AuditedChange): string[] {
  const name = field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  if (typeof before === 'string' || typeof after === 'string') {
    return [before === null ? `${name}: ${one(after)}` : `${name}: ${one(before)} → ${one(after)}`];
  }
  return [
    ...(before ?? []).map((item) => `${name}: - ${item}`),
    ...(after ?? []).map((item) => `${name}: + ${item}`),
  ];
}

const one = (value: AuditedValue): string => (typeof value === 'string' ? value : '–');

/** Signs that would steer a terminal or turn the writing direction, as escapes. */
function printable(line: string): string {
  return line.replaceAll(
    /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`,
  );
}
