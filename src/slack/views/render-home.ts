import { createHash } from 'node:crypto';
import type { HomeView, KnownBlock } from '@slack/types';
import type { HomeBlock, HomePage } from '../../commands/home.ts';
import { plainObject } from '../markdown-text.ts';
import { actionIds, type NextActionId, partsOf } from '../reply-parts.ts';
import { writeMemory } from './metadata.ts';
import { FIND_PREFIX, optionObject, PLACEHOLDERS, THEN_PREFIX } from './render-form.ts';

const MAX_BLOCKS = 100;
const MAX_HEADING = 150;

function blocksOf(block: HomeBlock, nextId: NextActionId): KnownBlock[] {
  switch (block.kind) {
    case 'heading':
      return [{ type: 'header', text: plainObject(block.text, MAX_HEADING) }];
    case 'divider':
      return [{ type: 'divider' }];
    case 'search':
      return [
        {
          type: 'section',
          block_id: `${THEN_PREFIX}${block.command}`,
          text: plainObject(block.label, MAX_HEADING),
          accessory: {
            type: 'external_select',
            action_id: `${FIND_PREFIX}${block.of}`,
            min_query_length: 0,
            placeholder: plainObject(PLACEHOLDERS[block.of], MAX_HEADING),
            ...(block.value && { initial_option: optionObject(block.value) }),
          },
        },
      ];
    default:
      return partsOf(block, nextId).flatMap((part) => [...part.blocks]);
  }
}

/** A person's page as Slack's home tab; `mark` is the same for the same content. */
export function renderHome(page: HomePage): { view: HomeView; mark: string } {
  const nextId = actionIds();
  const blocks = page.blocks.flatMap((block) => blocksOf(block, nextId)).slice(0, MAX_BLOCKS);
  const mark = createHash('sha256')
    .update(JSON.stringify([page.group, blocks]))
    .digest('base64url')
    .slice(0, 22);
  const memory = { key: mark, channelId: null, group: page.group, data: {} };
  return {
    mark,
    view: { type: 'home', callback_id: 'home', blocks, private_metadata: writeMemory(memory) },
  };
}
