import type { FakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { buttonNamed } from './as-read.ts';
import { type Name, slackIdOf } from './cast.ts';
import type { Heard, Listener, Speaker } from './listener.ts';
import { type Entry, expectTranscript, parseTranscript } from './transcript.ts';

/** Where people speak when nothing else is said. */
export const USUAL_CHANNEL = 'support';

interface Stage {
  readonly slack: FakeSlack;
  readonly gitlab: FakeGitLab;
  readonly settled: () => Promise<void>;
  readonly listener: Listener;
}

/** Plays a transcript: does what people do in it, and compares what comes back with what it says. */
export function createPlay(stage: Stage): (transcript: string) => Promise<void> {
  return async (transcript) => {
    const written = parseTranscript(transcript);
    const happened: Entry[] = [];
    for (const entry of written.filter(({ who }) => who !== 'Tieline' && who !== 'Slack')) {
      const speaker = await act(stage, entry);
      await stage.settled();
      happened.push(entry, ...heardBy(stage.listener, speaker));
    }
    expectTranscript(happened, written);
  };
}

const heardBy = (listener: Listener, speaker: Speaker): Heard[] => listener.take(speaker);

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
  const said = /^(?:in #(\S+))?( raw)?$/.exec(how);
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
