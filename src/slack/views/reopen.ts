import type { KnownBlock, ModalView } from '@slack/types';
import { plainObject } from '../markdown-text.ts';
import type { FormSubmission } from './read-view.ts';

const MAX_PROBLEM = 500;

/** Fields of an element's state, and the field of the element that shows the same. */
const INITIAL = [
  ['value', 'initial_value'],
  ['selected_option', 'initial_option'],
  ['selected_options', 'initial_options'],
] as const;

type Json = Readonly<Record<string, unknown>>;

/** A form whose place something else has taken, as it was sent, with what is wrong below each field. */
export function reopened({ view }: FormSubmission, problems: Readonly<Record<string, string>>): ModalView {
  const blocks = (view['blocks'] as Json[]).flatMap((block) => {
    const problem = problems[String(block['block_id'])];
    const said = {
      type: 'context',
      elements: [plainObject(problem ?? '', MAX_PROBLEM)],
    };
    return problem === undefined ? [filled(block, view)] : [filled(block, view), said];
  });
  return {
    type: 'modal',
    callback_id: String(view['callback_id']),
    title: view['title'] as ModalView['title'],
    ...(view['submit'] ? { submit: view['submit'] as NonNullable<ModalView['submit']> } : {}),
    ...(view['close'] ? { close: view['close'] as NonNullable<ModalView['close']> } : {}),
    private_metadata: String(view['private_metadata']),
    blocks: blocks as unknown as KnownBlock[],
  };
}

/** An input block with what was entered as its initial value. */
function filled(block: Json, view: Json): Json {
  if (block['type'] !== 'input') return block;
  const { values } = view['state'] as { values: Record<string, Record<string, Json>> };
  const [state] = Object.values(values[String(block['block_id'])] ?? {});
  const element = { ...(block['element'] as Json) } as Record<string, unknown>;
  for (const [entered, initial] of INITIAL) {
    const value = state?.[entered];
    const isEmpty = value === null || value === undefined || (Array.isArray(value) && value.length === 0);
    if (isEmpty) delete element[initial];
    else element[initial] = value;
  }
  return { ...block, element };
}
