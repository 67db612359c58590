import {
  type Check,
  flag,
  integer,
  type Json,
  list,
  oneOf,
  optional,
  record,
  refuse,
  type Spot,
  text,
} from './checks.ts';
import { identifier, plainText } from './composition.ts';
import { richText } from './rich-text.ts';

/** Elements that a person types into. They live in input blocks only. */

const typed = {
  action_id: optional(identifier),
  focus_on_load: optional(flag),
  placeholder: optional(plainText(150)),
  dispatch_action_config: optional(
    record({
      trigger_actions_on: optional(list(oneOf('on_enter_pressed', 'on_character_entered'), { max: 2 })),
    }),
  ),
};

/** Lengths agree with each other and with the initial value. */
function lengthsAgree(value: Json, spot: Spot): void {
  const min = typeof value['min_length'] === 'number' ? value['min_length'] : 0;
  const max = typeof value['max_length'] === 'number' ? value['max_length'] : 3000;
  if (min > max) refuse(spot, 'range', 'min_length must not be more than max_length');
  const initial = value['initial_value'];
  if (typeof initial === 'string' && initial.length > max) {
    refuse(
      { ...spot, path: `${spot.path}/initial_value` },
      'max_length',
      `must be less than ${max + 1} characters`,
    );
  }
}

const decimal: Check = (value, spot) => {
  if (typeof value !== 'string' || !/^-?\d+(\.\d+)?$/.test(value)) {
    refuse(spot, 'format', 'must be a number written as a string');
  }
};

/** The number's own bounds are in order. */
function boundsAgree(value: Json, spot: Spot): void {
  const [low, high] = [value['min_value'], value['max_value']];
  if (low !== undefined && high !== undefined && Number(low) > Number(high)) {
    refuse(spot, 'range', 'min_value must not be more than max_value');
  }
}

export const typedInputs: Record<string, Check> = {
  plain_text_input: record(
    {
      ...typed,
      type: oneOf('plain_text_input'),
      initial_value: optional(text({ min: 0 })),
      multiline: optional(flag),
      min_length: optional(integer(0, 3000)),
      max_length: optional(integer(1, 3000)),
    },
    lengthsAgree,
  ),
  email_text_input: record({
    ...typed,
    type: oneOf('email_text_input'),
    initial_value: optional(text({ min: 0 })),
  }),
  url_text_input: record({
    ...typed,
    type: oneOf('url_text_input'),
    initial_value: optional(text({ min: 0 })),
  }),
  number_input: record(
    {
      ...typed,
      type: oneOf('number_input'),
      is_decimal_allowed: flag,
      initial_value: optional(decimal),
      min_value: optional(decimal),
      max_value: optional(decimal),
    },
    boundsAgree,
  ),
  rich_text_input: record({
    ...typed,
    type: oneOf('rich_text_input'),
    initial_value: optional(richText),
    min_lines: optional(integer(1, 100)),
    max_lines: optional(integer(1, 100)),
  }),
  file_input: record(
    {
      action_id: optional(identifier),
      type: oneOf('file_input'),
      filetypes: optional(list(text())),
      max_files: optional(integer(1, 10)),
    },
    (_value, spot) => {
      if (spot.surface !== 'modal') refuse(spot, 'surface', 'file_input is allowed in modals only');
    },
  ),
};
