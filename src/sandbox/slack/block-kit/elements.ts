import { type Check, flag, integer, list, oneOf, optional, record, text, webAddress } from './checks.ts';
import {
  anyText,
  boxOption,
  calendarDate,
  confirm,
  conversationFilter,
  exactlyOne,
  identifier,
  initialAmongOptions,
  optionGroup,
  overflowOption,
  pictureSource,
  plainText,
  selectOption,
  timeOfDay,
} from './composition.ts';

/** The interactive elements, apart from typed inputs (see inputs.ts). One record per element of Slack's reference. */

function element(type: string) {
  return { type: oneOf(type), action_id: optional(identifier) };
}

const confirmable = { confirm: optional(confirm) };
const focusable = { focus_on_load: optional(flag) };
const hinted = { placeholder: optional(plainText(150)) };
const several = { max_selected_items: optional(integer(1)) };

export const image: Check = record(
  { type: oneOf('image'), alt_text: text({ max: 2000 }), ...pictureSource },
  exactlyOne('image_url', 'slack_file'),
);

export const button: Check = record({
  ...element('button'),
  ...confirmable,
  text: plainText(75),
  value: optional(text({ max: 2000 })),
  url: optional(webAddress()),
  style: optional(oneOf('primary', 'danger')),
  accessibility_label: optional(text({ max: 75 })),
});

export const workflowButton: Check = record({
  ...element('workflow_button'),
  text: plainText(75),
  workflow: record({
    trigger: record({
      url: webAddress(),
      customizable_input_parameters: optional(list(record({ name: text(), value: text({ min: 0 }) }))),
    }),
  }),
  style: optional(oneOf('primary', 'danger')),
  accessibility_label: optional(text({ max: 75 })),
});

export const iconButton: Check = record({
  ...element('icon_button'),
  ...confirmable,
  icon: text(),
  text: plainText(75),
  value: optional(text({ max: 2000 })),
  accessibility_label: optional(text({ max: 75 })),
  visible_to_user_ids: optional(list(text())),
});

const feedback: Check = record({
  text: plainText(75),
  value: text({ max: 2000 }),
  accessibility_label: optional(text({ max: 75 })),
});

export const feedbackButtons: Check = record({
  ...element('feedback_buttons'),
  positive_button: feedback,
  negative_button: feedback,
});

export const overflow: Check = record({
  ...element('overflow'),
  ...confirmable,
  options: list(overflowOption, { max: 5 }),
});

const boxes = { ...confirmable, ...focusable, options: list(boxOption, { max: 10 }) };

export const checkboxes: Check = record(
  { ...element('checkboxes'), ...boxes, initial_options: optional(list(boxOption, { max: 10 })) },
  initialAmongOptions,
);

export const radioButtons: Check = record(
  { ...element('radio_buttons'), ...boxes, initial_option: optional(boxOption) },
  initialAmongOptions,
);

export const datepicker: Check = record({
  ...element('datepicker'),
  ...confirmable,
  ...focusable,
  ...hinted,
  initial_date: optional(calendarDate),
});

export const timepicker: Check = record({
  ...element('timepicker'),
  ...confirmable,
  ...focusable,
  ...hinted,
  initial_time: optional(timeOfDay),
  timezone: optional(text()),
});

export const datetimepicker: Check = record({
  ...element('datetimepicker'),
  ...confirmable,
  ...focusable,
  initial_date_time: optional(integer(1_000_000_000, 9_999_999_999)),
});

const menu = { ...confirmable, ...focusable, ...hinted };
const offered = {
  options: optional(list(selectOption, { max: 100 })),
  option_groups: optional(list(optionGroup, { max: 100 })),
};
const queried = { min_query_length: optional(integer(0)) };
const optionsOrGroups = exactlyOne('options', 'option_groups');

function staticMenu(type: string, extra: Parameters<typeof record>[0]): Check {
  return record({ ...element(type), ...menu, ...offered, ...extra }, (value, spot) => {
    optionsOrGroups(value, spot);
    initialAmongOptions(value, spot);
  });
}

/** Menus of which one entry is chosen. */
export const selects: Record<string, Check> = {
  static_select: staticMenu('static_select', { initial_option: optional(selectOption) }),
  external_select: record({
    ...element('external_select'),
    ...menu,
    ...queried,
    initial_option: optional(selectOption),
  }),
  users_select: record({ ...element('users_select'), ...menu, initial_user: optional(text()) }),
  channels_select: record({
    ...element('channels_select'),
    ...menu,
    initial_channel: optional(text()),
    response_url_enabled: optional(flag),
  }),
  conversations_select: record({
    ...element('conversations_select'),
    ...menu,
    initial_conversation: optional(text()),
    default_to_current_conversation: optional(flag),
    filter: optional(conversationFilter),
    response_url_enabled: optional(flag),
  }),
};

/** Menus of which several entries may be chosen. */
export const multiSelects: Record<string, Check> = {
  multi_static_select: staticMenu('multi_static_select', {
    ...several,
    initial_options: optional(list(selectOption, { max: 100 })),
  }),
  multi_external_select: record({
    ...element('multi_external_select'),
    ...menu,
    ...several,
    ...queried,
    initial_options: optional(list(selectOption, { max: 100 })),
  }),
  multi_users_select: record({
    ...element('multi_users_select'),
    ...menu,
    ...several,
    initial_users: optional(list(text())),
  }),
  multi_channels_select: record({
    ...element('multi_channels_select'),
    ...menu,
    ...several,
    initial_channels: optional(list(text())),
  }),
  multi_conversations_select: record({
    ...element('multi_conversations_select'),
    ...menu,
    ...several,
    initial_conversations: optional(list(text())),
    default_to_current_conversation: optional(flag),
    filter: optional(conversationFilter),
  }),
};

/** Text objects where Slack puts them among elements, as in a context block. */
export const contextTexts: Record<string, Check> = { plain_text: anyText(3000), mrkdwn: anyText(3000) };
