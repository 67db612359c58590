import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { buttonNamed } from './as-read.ts';
import { type Name, slackIdOf } from './cast.ts';
import type { Heard, Listener, Speaker } from './listener.ts';
import { type Entry, expectTranscript, parseTranscript, renderEntry } from './transcript.ts';

/** Where people speak when nothing else is said. */
export const USUAL_CHANNEL = 'support';

interface Stage {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly settled: () => Promise<void>;
  readonly listener: Listener;
}

/** Lets people do what transcripts say. */
export interface Play {
  /** Does what people do in a transcript, and compares what comes back with what it says. */
  plays(transcript: string): Promise<void>;
  /** Does the one thing that a line says, and gives all that comes back, as a transcript has it. */
  answer(line: string): Promise<string>;
  /** Does the same and waits for nothing but the acknowledgement. */
  starts(line: string): Promise<void>;
}

export function createPlay(stage: Stage): Play {
  const hear = async (entry: Entry): Promise<Heard[]> => {
    const speaker = await act(stage, entry);
    await stage.settled();
    return stage.listener.take(speaker);
  };
  const onlyEntry = (line: string): Entry => {
    const [entry, ...others] = parseTranscript(line);
    if (!entry || others.length > 0) throw new Error(`not one thing to do: ${line}`);
    return entry;
  };
  return {
    plays: async (transcript) => {
      const written = parseTranscript(transcript);
      const happened: Entry[] = [];
      for (const entry of written.filter(({ who }) => who !== 'Tieline' && who !== 'Slack')) {
        happened.push(entry, ...(await hear(entry)));
      }
      expectTranscript(happened, written);
    },
    answer: async (line) => (await hear(onlyEntry(line))).map(renderEntry).join('\n'),
    starts: async (line) => {
      await act(stage, onlyEntry(line));
    },
  };
}

const NOWHERE: Speaker = { slackId: null, channelId: null };

async function act(stage: Stage, { who, how, text }: Entry): Promise<Speaker> {
  const name = who.toLowerCase() as Name;
  const on = /^on (\S+)#(\d+)( \(internal\))?$/.exec(how);
  if (on) {
    const [, project = '', iid, internal] = on;
    await stage.gitlab.as(name).comment(project, Number(iid), text, { internal: internal !== undefined });
    return NOWHERE;
  }
  const opens = /^opens( confidentially)? in (\S+)$/.exec(how);
  if (opens) {
    const [title = '', ...description] = text.split('\n');
    await stage.gitlab.as(name).createIssue(opens[2] ?? '', {
      title,
      description: description.join('\n'),
      ...(opens[1] === undefined ? {} : { confidential: true }),
    });
    return NOWHERE;
  }
  return how.startsWith('presses') ? press(stage, name, text) : speak(stage, name, { how, text });
}

async function speak(
  { slack }: Stage,
  name: Name,
  { how, text }: { how: string; text: string },
): Promise<Speaker> {
  const said = /^(?:in #(\S+))? ?(raw)?$/.exec(how);
  if (!said) throw new Error(`nobody knows how to speak “${how}”`);
  const channel = said[1] ?? USUAL_CHANNEL;
  const person = slack.as(slackIdOf(name));
  if (text.startsWith('/')) {
    const outcome = await person.command(channel, text, { raw: said[2] !== undefined });
    if (outcome.status !== 200) throw new Error(`Slack got ${outcome.status}: ${outcome.error ?? ''}`);
    if (outcome.ackMs > 1_000) throw new Error(`acknowledged only after ${outcome.ackMs} ms`);
  } else await person.post(channel, text);
  return { slackId: person.id, channelId: channelIdOf(slack, channel) };
}

async function press({ slack }: Stage, name: Name, label: string): Promise<Speaker> {
  const slackId = slackIdOf(name);
  for (const message of [...slack.messages()].reverse()) {
    if (message.deleted || (message.user !== null && message.user !== slackId)) continue;
    const button = buttonNamed(message, label);
    if (!button) continue;
    await slack.as(slackId).click(message, button.actionId, { value: button.value });
    return { slackId, channelId: message.channel };
  }
  throw new Error(`${name} sees no button ${label}`);
}

function channelIdOf(slack: FakeSlack, name: string): string | null {
  return slack.channels().find((channel) => channel.name === name)?.id ?? null;
}
