import {
  type Check,
  flag,
  integer,
  list,
  oneOf,
  optional,
  record,
  text,
  variant,
  webAddress,
} from './checks.ts';
import { identifier } from './composition.ts';

/** The rich_text block: sections, lists, quotes and preformatted text, made of typed pieces. */

const style = {
  style: optional(
    record({
      bold: optional(flag),
      italic: optional(flag),
      strike: optional(flag),
      code: optional(flag),
      underline: optional(flag),
      highlight: optional(flag),
      client_highlight: optional(flag),
      unlink: optional(flag),
    }),
  ),
};

const words: Check = record({ type: oneOf('text'), text: text(), ...style });
const link: Check = record({
  type: oneOf('link'),
  url: webAddress(),
  text: optional(text()),
  unsafe: optional(flag),
  ...style,
});

const pieces: Record<string, Check> = {
  text: words,
  link,
  broadcast: record({ type: oneOf('broadcast'), range: oneOf('here', 'channel', 'everyone'), ...style }),
  color: record({ type: oneOf('color'), value: text(), ...style }),
  channel: record({ type: oneOf('channel'), channel_id: text(), ...style }),
  user: record({ type: oneOf('user'), user_id: text(), ...style }),
  usergroup: record({ type: oneOf('usergroup'), usergroup_id: text(), ...style }),
  team: record({ type: oneOf('team'), team_id: text(), ...style }),
  emoji: record({
    type: oneOf('emoji'),
    name: text(),
    unicode: optional(text()),
    url: optional(webAddress()),
    ...style,
  }),
  date: record({
    type: oneOf('date'),
    timestamp: integer(0),
    format: text(),
    url: optional(webAddress()),
    fallback: optional(text()),
    ...style,
  }),
};

const run = list(variant(pieces), { min: 0 });
const border = { border: optional(oneOf(0, 1)) };

const section: Check = record({ type: oneOf('rich_text_section'), elements: run });

const parts: Record<string, Check> = {
  rich_text_section: section,
  rich_text_list: record({
    type: oneOf('rich_text_list'),
    style: oneOf('bullet', 'ordered'),
    elements: list(variant({ rich_text_section: section }), { min: 0 }),
    indent: optional(integer(0, 8)),
    offset: optional(integer(0)),
    ...border,
  }),
  rich_text_quote: record({ type: oneOf('rich_text_quote'), elements: run, ...border }),
  rich_text_preformatted: record({
    type: oneOf('rich_text_preformatted'),
    elements: list(variant({ text: words, link }), { min: 0 }),
    language: optional(text()),
    ...border,
  }),
};

/** A rich_text block, also as a table cell or an initial value. */
export const richText: Check = record({
  type: oneOf('rich_text'),
  block_id: optional(identifier),
  elements: list(variant(parts)),
});
