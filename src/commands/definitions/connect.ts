import { AppError } from '../../domain/errors.ts';
import { CONNECT_MINUTES, startConnecting } from '../../services/identity/connecting.ts';
import { definePersonCommand } from '../command.ts';
import type { PersonContext } from '../context.ts';
import { CONNECTING } from '../families.ts';

/** The account that the person has now; null where none serves, or it cannot be asked for just now. */
async function accountNow({ identify }: PersonContext): Promise<string | null> {
  try {
    return (await identify()).user.username;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

export const connect = definePersonCommand({
  name: 'connect',
  surfaces: { slack: { words: ['connect'] } },
  summary: 'Connect your GitLab account',
  family: CONNECTING,
  details:
    'What you may see and change in Tieline is what you may on GitLab, so it has to know who you are there.',
  examples: ['/crm connect', '/crm Connect'],
  forPerson: async (context) => {
    const [{ url }, username] = await Promise.all([
      startConnecting(context.deps, context.person),
      accountNow(context),
    ]);
    return {
      tone: 'info',
      title: username === null ? 'Connect your GitLab account.' : `On GitLab you are ${username}.`,
      blocks: [
        {
          kind: 'text',
          text: [
            { link: 'Sign in to GitLab', href: url },
            { text: username === null ? ' and come back here.' : ' to connect that or another account.' },
          ],
        },
        {
          kind: 'hint',
          text: `The link is for you alone: it works once, for ${CONNECT_MINUTES} minutes. Only which account is yours is kept.`,
        },
      ],
      visibility: 'private',
    };
  },
});
