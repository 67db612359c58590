import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Form, FormField, FormOption } from '../../commands/form.ts';
import { plainObject } from '../markdown-text.ts';
import { clean, cut } from '../plain-words.ts';
import { actionIds, type NextActionId, partsOf } from '../reply-parts.ts';
import { type ViewMemory, writeMemory } from './metadata.ts';

export const FORM_PREFIX = 'form:';
/** Menus whose options we load start their action_id with this; what they look up follows. */
export const FIND_PREFIX = 'find:';
/** Outside forms the block of such a menu starts its block_id with this; the command that a choice runs follows. */
export const THEN_PREFIX = 'then:';
/** The action_id of every other element of a form. */
const VALUE = 'value';

// docs.slack.dev/reference/block-kit, 2026.
const MAX_TITLE = 24;
const MAX_OPTION_LABEL = 75;
const MAX_LABEL = 150;
const MAX_HINT = 500;
const MAX_TEXT = 3000;

export const optionObject = ({ value, label }: FormOption): PlainTextOption => ({
  text: plainObject(label, MAX_OPTION_LABEL),
  value,
});

function element(field: FormField, focus: boolean): InputBlock['element'] {
  const focused = focus ? { focus_on_load: true } : {};
  switch (field.kind) {
    case 'line':
    case 'paragraph': {
      const value = cut(clean(field.value ?? ''), MAX_TEXT);
      return {
        type: 'plain_text_input',
        action_id: VALUE,
        multiline: field.kind === 'paragraph',
        ...(value !== '' && { initial_value: value }),
        ...(field.example !== undefined && { placeholder: plainObject(field.example, MAX_LABEL) }),
        ...focused,
      };
    }
    case 'lookup':
      return {
        type: 'external_select',
        action_id: `${FIND_PREFIX}${field.of}`,
        min_query_length: 0,
        placeholder: plainObject(PLACEHOLDERS[field.of], MAX_LABEL),
        ...(field.value && { initial_option: optionObject(field.value) }),
        ...focused,
      };
    case 'lookups':
      return {
        type: 'multi_external_select',
        action_id: `${FIND_PREFIX}${field.of}`,
        min_query_length: 0,
        max_selected_items: field.most,
        placeholder: plainObject(PLACEHOLDERS[field.of], MAX_LABEL),
        ...(field.values.length > 0 && { initial_options: field.values.map(optionObject) }),
        ...focused,
      };
    case 'choice': {
      const options = field.options.map(optionObject);
      const initial = options.find(({ value }) => value === field.value);
      return {
        type: 'radio_buttons',
        action_id: VALUE,
        options,
        ...(initial && { initial_option: initial }),
      };
    }
    case 'choices': {
      const options = field.options.map(optionObject);
      const initial = options.filter(({ value }) => field.values.includes(value ?? ''));
      return {
        type: 'checkboxes',
        action_id: VALUE,
        options,
        ...(initial.length > 0 && { initial_options: initial }),
      };
    }
  }
}

/** What an empty menu asks for. */
export const PLACEHOLDERS = {
  contact: 'Name or e-mail address',
  organization: 'Name of the organization',
  customer: 'Name or e-mail address',
  group: 'Path of the group',
  issue: 'Title, or group/project#12',
} as const;

function fieldBlocks(field: FormField, focus: boolean, nextId: NextActionId): KnownBlock[] {
  const input: InputBlock = {
    type: 'input',
    block_id: field.name,
    label: plainObject(field.label, MAX_LABEL),
    element: element(field, focus),
    optional: field.optional === true,
    ...(field.hint !== undefined && { hint: plainObject(field.hint, MAX_HINT) }),
  };
  const { notice } = field;
  if (notice === undefined) return [input];
  const said = partsOf({ kind: 'text', text: [{ strong: notice.text }] }, nextId);
  const offered = partsOf({ kind: 'actions', actions: notice.actions }, nextId);
  return [input, ...[...said, ...offered].flatMap((part) => part.blocks)];
}

/** A form as a modal that Slack accepts whatever its values hold. */
export function renderForm(form: Form, memory: Pick<ViewMemory, 'key' | 'channelId'>): ModalView {
  const nextId = actionIds();
  const intro = form.intro.flatMap((block) => partsOf(block, nextId).flatMap((part) => part.blocks));
  const fields = form.fields.flatMap((field, index) => fieldBlocks(field, index === 0, nextId));
  return {
    type: 'modal',
    callback_id: `${FORM_PREFIX}${form.form}`,
    title: plainObject(form.title, MAX_TITLE),
    submit: plainObject(form.submit, MAX_TITLE),
    close: plainObject('Cancel', MAX_TITLE),
    blocks: [...intro, ...fields],
    private_metadata: writeMemory({ ...memory, group: form.group, data: form.data }),
  };
}
