import type { ModalView } from '@slack/types';
import type { Reply, ReplyBlock } from '../../commands/reply.ts';
import { plainObject } from '../markdown-text.ts';
import { renderReply } from '../render-reply.ts';
import { writeMemory } from './metadata.ts';

const MAX_TITLE = 24;
const TITLES: Readonly<Record<Reply['tone'], string>> = {
  ok: 'Done',
  info: 'Tieline',
  warning: 'Tieline',
  error: 'That did not work',
};

const memoryOf = (channelId: string | null): string =>
  writeMemory({ key: '', channelId, group: null, data: {} });

/** Without the buttons that show something to a channel: for where there is none. */
function unshared(reply: Reply): Reply {
  const blocks = reply.blocks.flatMap((block): ReplyBlock[] => {
    if (block.kind !== 'actions') return [block];
    const actions = block.actions.filter(({ command }) => !/(?:^| )--public$/.test(command));
    return actions.length === 0 ? [] : [{ ...block, actions }];
  });
  return { ...reply, blocks };
}

/** A reply as a modal with nothing to fill in. */
export function renderReplyView(answer: Reply, channelId: string | null): ModalView {
  const reply = channelId === null ? unshared(answer) : answer;
  return {
    type: 'modal',
    callback_id: 'reply',
    title: plainObject(TITLES[reply.tone], MAX_TITLE),
    close: plainObject('Close', MAX_TITLE),
    blocks: renderReply(reply).blocks,
    private_metadata: memoryOf(channelId),
  };
}

/** What is shown until there is something to show. */
export function renderWaiting(title: string, channelId: string | null): ModalView {
  return {
    type: 'modal',
    callback_id: 'waiting',
    title: plainObject(title, MAX_TITLE),
    close: plainObject('Close', MAX_TITLE),
    blocks: [{ type: 'context', elements: [plainObject('One moment…', MAX_TITLE)] }],
    private_metadata: memoryOf(channelId),
  };
}
