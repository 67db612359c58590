import type { WebClient } from '@slack/web-api';
import type { Form } from '../commands/form.ts';
import type { Reply } from '../commands/reply.ts';
import { loggable, type SlackLog } from './slack-log.ts';
import type { Incoming } from './slack-request.ts';
import { renderWaiting } from './views/render-reply-view.ts';
import { openView, updateView, viewOf } from './views/show-view.ts';

/** Answers in modals. Nothing in here throws. */
export interface Screens {
  /** The modal that the answer will take the place of; null when none can be opened. */
  open(incoming: Incoming, title: string | null): Promise<string | null>;
  /** Shows the answer there; false when Slack did not take it. A modal that was closed is no failure. */
  show(incoming: Incoming, viewId: string, shown: Reply | Form): Promise<boolean>;
}

const TITLE = 'Tieline';

export function createScreens(client: WebClient, log: SlackLog): Screens {
  return {
    async open({ screen, request, route }, title) {
      if (screen.modalId !== null) return screen.modalId;
      if (screen.triggerId === null) return null;
      try {
        const waiting = renderWaiting(title ?? TITLE, channelOf(request, route));
        return (await openView(client, screen.triggerId, waiting)) || null;
      } catch (error) {
        log.warn({ key: request.key, err: loggable(error) }, 'slack: a view could not be opened');
        return null;
      }
    },
    async show({ request, route }, viewId, shown) {
      try {
        await updateView(client, viewId, viewOf(shown, channelOf(request, route)));
        return true;
      } catch (error) {
        log.warn({ key: request.key, err: loggable(error) }, 'slack: a view could not be filled');
        return false;
      }
    },
  };
}

/** Null outside channels, where the person's own id stands for one. */
const channelOf = (request: Incoming['request'], route: Incoming['route']): string | null =>
  route.channelId === request.slackUserId ? null : route.channelId;
