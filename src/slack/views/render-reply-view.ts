import type { ModalView } from '@slack/types';
import type { Reply } from '../../commands/reply.ts';
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

/** A reply as a modal with nothing to fill in. */
export function renderReplyView(reply: Reply, channelId: string | null): ModalView {
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
