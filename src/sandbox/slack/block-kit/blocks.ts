import {
  type Check,
  flag,
  type Json,
  list,
  oneOf,
  optional,
  record,
  refuse,
  type Spot,
  text,
  variant,
  webAddress,
} from './checks.ts';
import { anyText, exactlyOne, identifier, mrkdwn, pictureSource, plainText } from './composition.ts';
import * as elements from './elements.ts';
import { typedInputs } from './inputs.ts';
import { richText } from './rich-text.ts';
import { dataTable, table } from './tables.ts';

/** The layout blocks of Slack's reference, each with what may stand in it. */

const { button, checkboxes, datepicker, datetimepicker, image, overflow, radioButtons, timepicker } =
  elements;

const pickers = {
  checkboxes,
  radio_buttons: radioButtons,
  datepicker,
  timepicker,
  ...elements.selects,
  ...elements.multiSelects,
};
const accessory = variant({ button, image, overflow, workflow_button: elements.workflowButton, ...pickers });
const action = variant({
  button,
  overflow,
  workflow_button: elements.workflowButton,
  datetimepicker,
  ...pickers,
  rich_text_input: typedInputs['rich_text_input'] as Check,
});
const input = variant({ ...typedInputs, datetimepicker, ...pickers });

function block(type: string) {
  return { type: oneOf(type), block_id: optional(identifier) };
}

function onlyIn(where: Spot['surface'][], check: Check): Check {
  return (value, spot) => {
    if (!where.includes(spot.surface)) {
      const type = String((value as Json)['type']);
      refuse(spot, 'surface', `${type} blocks are not supported in a ${spot.surface}`);
    }
    check(value, spot);
  };
}

const section = record(
  {
    ...block('section'),
    text: optional(anyText(3000)),
    fields: optional(list(anyText(2000), { max: 10 })),
    accessory: optional(accessory),
    expand: optional(flag),
  },
  (value, spot) => {
    if (value['text'] === undefined && value['fields'] === undefined) {
      refuse(spot, 'required', 'missing required field: text or fields');
    }
  },
);

const card = record(
  {
    ...block('card'),
    hero_image: optional(image),
    icon: optional(image),
    title: optional(mrkdwn(150)),
    subtitle: optional(mrkdwn(150)),
    body: optional(mrkdwn(200)),
    actions: optional(list(button)),
  },
  (value, spot) => {
    if (['hero_image', 'title', 'actions', 'body'].every((name) => value[name] === undefined)) {
      refuse(spot, 'required', 'missing required field: hero_image, title, actions or body');
    }
  },
);

const taskCard = record({
  ...block('task_card'),
  task_id: text(),
  title: text(),
  details: optional(richText),
  output: optional(richText),
  sources: optional(list(record({ type: oneOf('url'), url: webAddress(), text: text() }), { min: 0 })),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
});

const simple: Record<string, Check> = {
  section,
  header: record({ ...block('header'), text: plainText(150) }),
  divider: record(block('divider')),
  context: record({
    ...block('context'),
    elements: list(variant({ image, ...elements.contextTexts }), { max: 10 }),
  }),
  actions: record({ ...block('actions'), elements: list(action, { max: 25 }) }),
  input: record({
    ...block('input'),
    label: plainText(2000),
    element: input,
    hint: optional(plainText(2000)),
    optional: optional(flag),
    dispatch_action: optional(flag),
  }),
  image: record(
    {
      ...block('image'),
      alt_text: text({ max: 2000 }),
      title: optional(plainText(2000)),
      ...pictureSource,
    },
    exactlyOne('image_url', 'slack_file'),
  ),
  rich_text: richText,
  table: onlyIn(['message'], table),
};

const video = record({
  ...block('video'),
  video_url: webAddress(),
  thumbnail_url: webAddress(),
  alt_text: text(),
  title: plainText(199),
  title_url: optional(webAddress()),
  author_name: optional(text({ max: 49 })),
  provider_name: optional(text()),
  provider_icon_url: optional(webAddress()),
  description: optional(plainText(200)),
});

const container = record(
  {
    ...block('container'),
    title: optional(plainText(150)),
    rich_text_title: optional(richText),
    subtitle: optional(anyText(150)),
    child_blocks: list(variant({ ...simple, video }), { max: 10 }),
    width: optional(oneOf('narrow', 'standard', 'wide', 'full')),
    icon: optional(image),
    is_collapsible: optional(flag),
    default_collapsed: optional(flag),
    has_header_divider: optional(flag),
  },
  (value, spot) => {
    if (value['title'] === undefined && value['rich_text_title'] === undefined) {
      refuse(spot, 'required', 'missing required field: title or rich_text_title');
    }
  },
);

/** Any block that an app may send; the surface is checked where it matters. */
export const anyBlock: Check = variant({
  ...simple,
  video,
  container,
  card: onlyIn(['message'], card),
  markdown: onlyIn(['message'], record({ ...block('markdown'), text: text({ max: 12_000 }) })),
  data_table: onlyIn(['message'], dataTable),
  carousel: onlyIn(['message'], record({ ...block('carousel'), elements: list(card, { max: 10 }) })),
  context_actions: onlyIn(
    ['message'],
    record({
      ...block('context_actions'),
      elements: list(
        variant({ feedback_buttons: elements.feedbackButtons, icon_button: elements.iconButton }),
        { max: 5 },
      ),
    }),
  ),
  alert: record({
    ...block('alert'),
    text: anyText(3000),
    level: optional(oneOf('default', 'info', 'warning', 'error', 'success')),
  }),
  task_card: onlyIn(['message'], taskCard),
  plan: onlyIn(
    ['message'],
    record({ ...block('plan'), title: text(), tasks: optional(list(taskCard, { min: 0 })) }),
  ),
});
