import type { Reply } from '../reply.ts';

/** What a person hears on Slack once an account was connected: it may not have been them. */
export function wordConnected(username: string): Reply {
  return {
    tone: 'ok',
    title: [{ text: 'On GitLab you are ' }, { strong: username }, { text: ' now.' }],
    blocks: [
      {
        kind: 'hint',
        text: [
          { text: 'If that was not you, undo it with ' },
          { code: '/crm disconnect' },
          { text: '. ' },
          { code: '/crm whoami' },
          { text: ' shows what you may do.' },
        ],
      },
    ],
    visibility: 'private',
  };
}
