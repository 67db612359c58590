import type { AppError, ErrorCode, ErrorData } from '../../domain/errors.ts';
import { parseCustomerReference } from '../../domain/references.ts';
import { POLICY } from '../../policy/table.ts';
import { type Inline, moment, type Reply, type ReplyBlock } from '../reply.ts';
import { changeFields } from './edits.ts';
import { GITLAB_SENTENCES } from './gitlab-sentences.ts';
import { creatingContact } from './phrases.ts';
import { ruleWords } from './rules.ts';

interface Words {
  readonly tone?: Reply['tone'];
  readonly title: Inline;
  readonly blocks?: readonly ReplyBlock[];
}

const hint = (text: Inline): ReplyBlock => ({ kind: 'hint', text });
const hints = (...texts: (Inline | null)[]): ReplyBlock[] =>
  texts.filter((text): text is Inline => text !== null).map(hint);

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const HELP: Inline = [{ text: 'Type ' }, { code: '/crm help' }, { text: ' to see what there is.' }];
const NOTHING_CHANGED = 'Nothing was changed.';

const near = (nearest: string | null): Inline | null =>
  nearest === null ? null : [{ text: 'The nearest match is ' }, { strong: nearest }, { text: '.' }];

/** A number is given, not chosen, and several numbers or addresses are nobody's name. */
function creating(reference: string): Inline | null {
  const words = reference.split(/\s+/);
  if (words.every((word) => parseCustomerReference(word).kind !== 'name') && words.length > 1) {
    return 'Name one at a time.';
  }
  return /^C\d+$/i.test(reference) ? null : creatingContact(reference);
}

function candidates(names: readonly string[]): ReplyBlock[] {
  return [
    { kind: 'list', items: names.map((name) => ({ text: name })) },
    hint('Use the e-mail address or the number (such as C12) to say which.'),
  ];
}

/** The highest role has none above it. */
const atLeast = (role: string): string =>
  role === 'Owner' ? 'the Owner role' : `the ${role} role or higher`;

const abilityWords = (ability: string): string => {
  const rows: Readonly<Record<string, { words: string }>> = POLICY;
  return rows[ability]?.words ?? ability;
};

/** One entry for each code; the type makes a missing one fail to compile. */
const WORDS: { readonly [Code in ErrorCode]: (data: ErrorData[Code]) => Words } = {
  'parse.unknown_command': ({ word, near: name }) => ({
    title: [{ text: 'There is no command ' }, { code: word }, { text: '.' }],
    blocks: hints(name === null ? null : [{ text: 'Did you mean ' }, { code: name }, { text: '?' }], HELP),
  }),
  'parse.bad_syntax': ({ problem }) => ({ title: problem, blocks: hints(HELP) }),
  'input.missing': ({ field, usage }) => ({
    title: `${capital(field)} is missing.`,
    blocks: hints(usage === '' ? HELP : [{ text: 'Like this: ' }, { code: usage }]),
  }),
  'input.invalid': ({ field, rule, example }) => ({
    title: `${capital(field)} ${ruleWords(rule)}.`,
    blocks: hints(example === null ? null : [{ text: 'For example ' }, { code: example }], NOTHING_CHANGED),
  }),
  'input.foreign_organization': ({ reference, nearest }) => ({
    title: `${GITLAB_SENTENCES.foreignOrganization}.`,
    blocks: hints(
      near(nearest),
      [{ text: 'Create it with ' }, { code: `/crm new org ${reference}` }, { text: '.' }],
      NOTHING_CHANGED,
    ),
  }),
  'input.too_many_contacts': ({ limit }) => ({
    title: `${GITLAB_SENTENCES.tooManyContacts(limit)}.`,
    blocks: hints(NOTHING_CHANGED),
  }),
  'input.replace_combined': () => ({
    title: `${GITLAB_SENTENCES.replaceCombined}.`,
    blocks: hints(NOTHING_CHANGED),
  }),
  'input.unknown_option': ({ option, near: name, known }) => ({
    title: [{ text: 'There is no option ' }, { code: option }, { text: ' here.' }],
    blocks: hints(
      name === null ? null : [{ text: 'Did you mean ' }, { code: name }, { text: '?' }],
      known.length === 0 ? null : `Options: ${known.join(', ')}.`,
    ),
  }),
  'actor.unlinked': ({ connectable = false }) => ({
    tone: 'warning',
    title: 'I do not know which GitLab account is yours.',
    blocks: [
      ...hints(
        'Your rights come from GitLab, so I need to know who you are there.',
        connectable
          ? [
              { text: 'Connect your account with ' },
              { code: '/crm connect' },
              { text: ': it takes a minute, once.' },
            ]
          : 'Use the same confirmed e-mail address in Slack and in GitLab, or ask whoever runs Tieline here.',
      ),
      ...(connectable
        ? [{ kind: 'actions' as const, actions: [{ label: 'Connect GitLab', command: 'connect' }] }]
        : []),
    ],
  }),
  'actor.blocked': ({ username }) => ({ title: `The GitLab account ${username} is blocked.` }),
  'not_found.contact': ({ reference, nearest }) => ({
    title: [{ text: 'Nobody here is called ' }, { strong: reference }, { text: '.' }],
    blocks: hints(near(nearest), creating(reference)),
  }),
  'not_found.organization': ({ reference, nearest }) => ({
    title: [{ text: 'There is no organization ' }, { strong: reference }, { text: ' here.' }],
    blocks: hints(
      near(nearest),
      /^O\d+$/i.test(reference)
        ? null
        : [{ text: 'Create it with ' }, { code: `/crm new org ${reference}` }, { text: '.' }],
    ),
  }),
  'not_found.issue': ({ reference }) => ({
    title: `Issue ${reference} does not exist, or you may not see it.`,
    blocks: hints([{ text: 'An issue is written as ' }, { code: 'group/project#12' }, { text: '.' }]),
  }),
  'not_found.group': ({ reference }) => ({
    title: `${reference === '' ? 'The group that is set here' : `Group ${reference}`} does not exist, or you may not see it.`,
    blocks: hints([
      { text: 'A group is named by its full path, such as ' },
      { code: 'acme/support' },
      { text: '.' },
    ]),
  }),
  'not_found.transfer': ({ reference }) => ({
    title: `Transfer ${reference} does not exist, or you may not see it.`,
    blocks: hints([{ text: 'See those of a group with ' }, { code: '/crm transfers path/of/group' }]),
  }),
  'ambiguous.contact': ({ reference, candidates: names }) => ({
    tone: 'warning',
    title: [{ strong: reference }, { text: ' could be several:' }],
    blocks: candidates(names),
  }),
  'ambiguous.organization': ({ reference, candidates: names }) => ({
    tone: 'warning',
    title: [{ strong: reference }, { text: ' could be several:' }],
    blocks: candidates(names),
  }),
  'ambiguous.group': ({ choices }) => ({
    tone: 'warning',
    title: choices.length === 0 ? 'No group shows you its contacts.' : 'Which group do you mean?',
    blocks:
      choices.length === 0
        ? hints(
            'Viewing contacts takes the Planner role or higher in a top-level group; ask one of its owners.',
          )
        : [
            { kind: 'list', items: choices.map((choice) => ({ text: choice })) },
            hint([
              { text: 'Add ' },
              { code: `group=${choices[0] ?? ''}` },
              { text: ', or settle it for this channel with ' },
              { code: `/crm group ${choices[0] ?? ''}` },
              { text: '.' },
            ]),
          ],
  }),
  'forbidden.ability': ({ ability, where, needs, atSource }) => ({
    title: `You may not ${abilityWords(ability)} in ${atSource ? `the group that ${where} takes its contacts from` : where}.`,
    blocks: hints(`It takes ${atLeast(needs)} there; ask one of its owners.`),
  }),
  'forbidden.crm_disabled': ({ where }) => ({
    title: `CRM is off for ${where}.`,
    blocks: hints('An owner of the group can turn it on.'),
  }),
  'forbidden.no_crm_group': ({ where }) => ({
    title: `${where} is in a personal namespace, and contacts belong to groups.`,
    blocks: hints('Move the project into a group to link contacts to its issues.'),
  }),
  'conflict.email_taken': ({ email, contact }) => ({
    tone: 'warning',
    title: 'Email has already been taken.',
    blocks: hints(
      contact === null
        ? null
        : [{ strong: contact }, { text: ' has the address ' }, { text: email }, { text: '.' }],
      [{ text: 'See the contact with ' }, { code: `/crm show ${email}` }, { text: '.' }],
      NOTHING_CHANGED,
    ),
  }),
  'conflict.name_taken': ({ name, organization }) => ({
    tone: 'warning',
    title: 'Name has already been taken.',
    blocks: hints(
      [{ text: 'See the organization with ' }, { code: `/crm show ${organization ?? name}` }, { text: '.' }],
      NOTHING_CHANGED,
    ),
  }),
  'conflict.stale': ({ what, meanwhile }) => ({
    tone: 'warning',
    title: `${what} was changed by ${meanwhile?.by ?? 'somebody else'} meanwhile.`,
    blocks: [
      ...(meanwhile && meanwhile.changes.length > 0
        ? [{ kind: 'fields' as const, fields: changeFields(meanwhile.changes) }]
        : []),
      ...hints(
        meanwhile?.at ? [{ text: 'Last on ' }, moment(meanwhile.at), { text: '.' }] : null,
        'Look at it again before you change it.',
        NOTHING_CHANGED,
      ),
    ],
  }),
  'conflict.not_crm_capable': ({ customers, where }) => ({
    title: `${capital(GITLAB_SENTENCES.notCrmCapable(customers))}.`,
    blocks: hints(`${where} takes its contacts from another group now.`, NOTHING_CHANGED),
  }),
  'conflict.source_in_use': ({ where }) => ({
    tone: 'warning',
    title: GITLAB_SENTENCES.sourceInUse,
    blocks: hints(
      `Remove the contacts from the issues of ${where} and its subgroups first.`,
      NOTHING_CHANGED,
    ),
  }),
  'conflict.held': ({ where }) => ({
    tone: 'warning',
    title: `${where} moved to another hierarchy, and its contacts wait for a decision.`,
    blocks: hints('Until then its contacts cannot be changed.', NOTHING_CHANGED),
  }),
  'unavailable.database': () => ({
    title: 'The database does not answer just now.',
    blocks: hints(NOTHING_CHANGED, 'Try again in a moment.'),
  }),
  'unavailable.gitlab': () => ({
    title: 'GitLab does not answer just now, so I cannot tell what you may do.',
    blocks: hints(NOTHING_CHANGED, 'Try again in a moment.'),
  }),
  'unavailable.slack': () => ({
    title: 'Slack does not answer just now.',
    blocks: hints(NOTHING_CHANGED, 'Try again in a moment.'),
  }),
  'unavailable.connect': () => ({
    title: 'Connecting a GitLab account is not set up here.',
    blocks: hints('Whoever runs Tieline can do so: it takes an OAuth application on GitLab.'),
  }),
};

/** Words an error for the person who caused it. */
export function wordError(error: AppError): Reply {
  const word = WORDS[error.code] as (data: unknown) => Words;
  const { tone = 'error', title, blocks = [] } = word(error.data);
  return { tone, title, blocks, visibility: 'private' };
}
