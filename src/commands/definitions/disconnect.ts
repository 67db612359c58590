import { AppError } from '../../domain/errors.ts';
import { disconnect as disconnectPerson } from '../../services/identity/disconnect.ts';
import type { EndedNotices } from '../../services/notices/end-notices.ts';
import { definePersonCommand } from '../command.ts';
import type { PersonContext } from '../context.ts';
import { CONNECTING } from '../families.ts';
import type { Reply, ReplyBlock } from '../reply.ts';

/** Whom the person's e-mail address still leads to; null for nobody, or when that cannot be asked. */
async function stillFound({ identify }: PersonContext): Promise<string | null> {
  try {
    return (await identify()).user.username;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

/** By whom the person goes from now on. */
const goingOn = (found: string | null): ReplyBlock => ({
  kind: 'hint',
  text:
    found === null
      ? [{ text: 'Connect one with ' }, { code: '/crm connect' }, { text: '.' }]
      : `Your e-mail address, which is confirmed on GitLab, still leads to ${found}: I go by that now.`,
});

/** What nobody vouches for any more is not told any more. */
function noticesEnded({ inPerson, inChannels }: EndedNotices): ReplyBlock[] {
  const ended: string[] = [];
  if (inPerson > 0) ended.push('Your notices in person have ended; turn them on again on the home tab.');
  if (inChannels > 0) {
    const where = inChannels === 1 ? 'a channel' : 'channels';
    ended.push(`What you had turned on for ${where} has ended too, and was said there.`);
  }
  return ended.map((text) => ({ kind: 'hint', text }));
}

export const disconnect = definePersonCommand({
  name: 'disconnect',
  surfaces: { slack: { words: ['disconnect'] } },
  summary: 'Forget which GitLab account is yours',
  details: 'Notices that went by that account end: your own, and those that you turned on for channels.',
  family: CONNECTING,
  examples: ['/crm disconnect', '/crm Disconnect'],
  forPerson: async (context): Promise<Reply> => {
    const { wasConnected, ...ended } = await disconnectPerson(context.deps, context.person);
    const found = await stillFound(context);
    return {
      tone: wasConnected ? 'ok' : 'info',
      title: wasConnected ? 'Your GitLab account is disconnected.' : 'No GitLab account was connected.',
      blocks: [goingOn(found), ...noticesEnded(ended)],
      visibility: 'private',
    };
  },
});
