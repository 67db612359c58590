import { randomUUID } from 'node:crypto';
import type { ModalView } from '@slack/types';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Form } from '../../commands/form.ts';
import type { Reply } from '../../commands/reply.ts';
import { renderForm } from './render-form.ts';
import { renderReplyView } from './render-reply-view.ts';

/** What can be shown in a modal. */
export const viewOf = (shown: Reply | Form, channelId: string | null): ModalView =>
  'form' in shown ? renderForm(shown, { key: randomUUID(), channelId }) : renderReplyView(shown, channelId);

/** Opens a modal; gives its id. Throws when Slack does not: a trigger is good for three seconds, once. */
export async function openView(client: WebClient, triggerId: string, view: ModalView): Promise<string> {
  const { view: opened } = await client.views.open({ trigger_id: triggerId, view });
  return opened?.id ?? '';
}

/** Puts a modal in the place of another; false when the person has closed that one. */
export async function updateView(client: WebClient, viewId: string, view: ModalView): Promise<boolean> {
  try {
    await client.views.update({ view_id: viewId, view });
    return true;
  } catch (error) {
    if (error instanceof WebAPIPlatformError && error.data.error === 'not_found') return false;
    throw error;
  }
}
