import {
  advise,
  type Check,
  flag,
  isObject,
  type Json,
  list,
  matching,
  type Optional,
  oneOf,
  optional,
  record,
  refuse,
  type Spot,
  text,
  variant,
  webAddress,
} from './checks.ts';

/** Block Kit's composition objects: text, option, option group, confirm, filters. Limits as Slack's reference has them. */

/** A plain_text object of at most `max` characters. */
export function plainText(max = 3000): Check {
  return record({ type: oneOf('plain_text'), text: text({ max }), emoji: optional(flag) });
}

/** A mrkdwn object of at most `max` characters. */
export function mrkdwn(max = 3000): Check {
  return record({ type: oneOf('mrkdwn'), text: text({ max }), verbatim: optional(flag) });
}

/** Either kind of text object. */
export function anyText(max = 3000): Check {
  return variant({ plain_text: plainText(max), mrkdwn: mrkdwn(max) });
}

/** block_id, action_id and callback_id. */
export const identifier: Check = text({ max: 255 });

/** A dialogue that asks before the action is sent. */
export const confirm: Check = record({
  title: plainText(100),
  text: anyText(300),
  confirm: plainText(30),
  deny: plainText(30),
  style: optional(oneOf('primary', 'danger')),
});

/** Slack's reference allows 150 while its published types say 75: above 75 is reported, above 150 refused. */
const optionValue: Check = (value, spot) => {
  text({ max: 150 })(value, spot);
  if (typeof value === 'string' && value.length > 75 && value.length <= 150) {
    advise(spot, 'max_length', 'should be less than 76 characters');
  }
};

function option(label: Check, extra: Record<string, Optional> = {}): Check {
  return record({ text: label, value: optionValue, description: optional(anyText(75)), ...extra });
}

/** Options of select menus. */
export const selectOption: Check = option(plainText(75));
/** Options of radio buttons and checkboxes, which may be mrkdwn. */
export const boxOption: Check = option(anyText(75));
/** Options of overflow menus, which may be links. */
export const overflowOption: Check = option(plainText(75), { url: optional(webAddress()) });

/** A group of options under a label. */
export const optionGroup: Check = record({ label: plainText(75), options: list(selectOption, { max: 100 }) });

/** Which conversations a conversation menu offers. */
export const conversationFilter: Check = record(
  {
    include: optional(list(oneOf('im', 'mpim', 'private', 'public'), { max: 4 })),
    exclude_external_shared_channels: optional(flag),
    exclude_bot_users: optional(flag),
  },
  (value, spot) => {
    if (Object.keys(value).length === 0) refuse(spot, 'required', 'a filter needs at least one criterion');
  },
);

/** A picture, by address or by Slack file, but not both. */
export const pictureSource = {
  image_url: optional(webAddress()),
  slack_file: optional(record({ id: optional(text()), url: optional(text()) }, exactlyOne('id', 'url'))),
};

/** The object holds exactly one of the named fields. */
export function exactlyOne(...names: string[]): (value: Json, spot: Spot) => void {
  return (value, spot) => {
    const count = names.filter((name) => value[name] !== undefined).length;
    if (count === 0) refuse(spot, 'required', `missing required field: ${names.join(' or ')}`);
    if (count > 1) refuse(spot, 'exclusive', `only one of ${names.join(', ')} is allowed`);
  };
}

function sameOption(a: unknown, b: unknown): boolean {
  if (!isObject(a) || !isObject(b)) return false;
  const label = (entry: Json): unknown => (isObject(entry['text']) ? entry['text']['text'] : undefined);
  return a['value'] === b['value'] && label(a) === label(b);
}

/** What is chosen at first must be among what can be chosen, as Slack requires. */
export function initialAmongOptions(value: Json, spot: Spot): void {
  const groups = Array.isArray(value['option_groups']) ? value['option_groups'] : [];
  const offered = [value, ...groups].flatMap((holder: unknown) =>
    isObject(holder) && Array.isArray(holder['options']) ? holder['options'] : [],
  );
  const chosen = Array.isArray(value['initial_options'])
    ? value['initial_options']
    : [value['initial_option'] ?? []].flat();
  for (const entry of chosen) {
    if (!offered.some((candidate) => sameOption(candidate, entry))) {
      refuse(spot, 'initial_option', 'initial option must exactly match one of the options');
    }
  }
}

/** YYYY-MM-DD. */
export const calendarDate: Check = matching(/^\d{4}-\d{2}-\d{2}$/, 'a date like 2026-01-31');
/** HH:mm. */
export const timeOfDay: Check = matching(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time like 09:30');
