import { projectPath } from '../../src/sandbox/gitlab/paths.ts';
import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import type { SlackMessage } from '../../src/sandbox/slack/state.ts';
import { messageText, noteText } from './as-read.ts';
import { TEST_WORLD } from './cast.ts';

/** Something the bot, or Slack about the bot, said. */
export interface Heard {
  readonly who: string;
  /** Where and to whom, as a transcript says it. */
  readonly how: string;
  readonly text: string;
}

/** Who is told apart from everybody: an answer to them, where they spoke, needs no more words. */
export interface Speaker {
  readonly slackId: string | null;
  readonly channelId: string | null;
}

export interface Listener {
  /** What was said since the last call, notes first, in order. */
  take(speaker: Speaker | null): Heard[];
}

interface Ears {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
}

/** Follows every message in every channel and every note on every issue. */
export function createListener({ slack, gitlab }: Ears): Listener {
  const heardMessages = new Set<string>();
  let lastNote = Math.max(0, ...gitlab.state().notes.map((note) => note.id));
  const newNotes = (): Heard[] => {
    const state = gitlab.state();
    const { notes, issues, projects, users } = state;
    const bot = users.find((user) => user.username === 'tieline');
    const fresh = notes.filter((note) => note.id > lastNote);
    lastNote = Math.max(lastNote, ...fresh.map((note) => note.id));
    return fresh
      .filter((note) => note.authorId === bot?.id)
      .map((note) => {
        const issue = issues.find((row) => row.id === note.issueId);
        const project = projects.find((row) => row.id === issue?.projectId);
        if (!issue || !project) throw new Error(`note ${note.id} is on no issue`);
        const place = `${projectPath(state, project)}#${issue.iid}`;
        return {
          who: 'Tieline',
          how: `on ${place}${note.internal ? ' (internal)' : ''}`,
          text: noteText(note.body),
        };
      });
  };
  const newMessages = (speaker: Speaker | null): Heard[] =>
    slack
      .messages()
      .filter((message) => message.via !== 'person' && !message.deleted)
      .flatMap((message) => {
        const key = `${message.channel} ${message.ts} ${message.edited ?? ''}`;
        if (heardMessages.has(key)) return [];
        const edits = heardMessages.has(`${message.channel} ${message.ts} `);
        heardMessages.add(key).add(`${message.channel} ${message.ts} `);
        return [
          {
            who: nameOf(message),
            how: placeOf(slack, message, { speaker, edits }),
            text: messageText(message),
          },
        ];
      });
  return { take: (speaker) => [...newNotes(), ...newMessages(speaker)] };
}

const nameOf = ({ via }: SlackMessage): string => (via === 'slack_error' ? 'Slack' : 'Tieline');

function placeOf(
  slack: FakeSlack,
  message: SlackMessage,
  { speaker, edits }: { speaker: Speaker | null; edits: boolean },
): string {
  const verb = edits ? 'edits' : '';
  const channel = slack.channels().find((row) => row.id === message.channel);
  const where = channel?.kind === 'im' ? 'in person' : `in #${channel?.name}`;
  const thread = message.thread_ts === undefined ? '' : ' in a thread';
  if (message.visibility === 'public') return [verb, where].filter((word) => word !== '').join(' ') + thread;
  if (speaker?.slackId === message.user && speaker?.channelId === message.channel)
    return `${verb}${thread}`.trim();
  const person = TEST_WORLD.people.find((row) => row.slackUserId === message.user)?.username ?? message.user;
  return [verb, `to ${person}`, where].filter((word) => word !== '').join(' ') + thread;
}
