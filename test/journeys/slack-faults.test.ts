import { describe, expect, it } from 'vitest';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import { buttonNamed, viewText } from '../support/as-read.ts';
import { slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const dev = () => world.slack.as(slackIdOf('dev'));

const FAULTS: [string, (slack: FakeSlack, method: string) => unknown][] = [
  ['answers 500', (slack, method) => slack.fail(method, { status: 500 })],
  ['has had too many', (slack, method) => slack.rateLimit(method, { retryAfterSec: 30 })],
  ['hangs', (slack, method) => slack.hang(method)],
  ['finds the trigger expired', (slack, method) => slack.fail(method, { error: 'expired_trigger_id' })],
];

describe.each(FAULTS)('when Slack %s', (_how, goesWrong) => {
  it('a command whose form does not open offers it by message, where a press opens it', async () => {
    goesWrong(world.slack, 'views.open');
    const offer = await world.answer('Dev: /crm new contact');
    expect(offer).toContain('There is a form to fill in.');
    const message = world.slack.messages().at(-1);
    if (!message) throw new Error('nothing was offered');
    await dev().click(message, buttonNamed(message, 'New contact')?.actionId ?? '');
    await world.settled();
    expect(dev().view()?.callback_id).toBe('form:create_contact');
    world.heard();
  });

  it('a shortcut whose form does not open tells so in person', async () => {
    goesWrong(world.slack, 'views.open');
    await dev().shortcut('new_contact');
    await world.settled();
    expect(world.heard().join('\n')).toContain('There is a form to fill in.');
  });

  it('a form that opens and cannot be filled comes by message', async () => {
    goesWrong(world.slack, 'views.update');
    const offer = await world.answer('Dev: /crm new contact');
    expect(offer).toContain('There is a form to fill in.');
  });

  it('a home tab that is not published is when it is opened again', async () => {
    goesWrong(world.slack, 'views.publish');
    const open = () =>
      world.slack.sendEvent({
        type: 'app_home_opened',
        user: slackIdOf('pia'),
        channel: 'D0PIA',
        tab: 'home',
      });
    await open();
    await world.settled();
    await open();
    await world.settled();
    const home = world.slack.homes()[slackIdOf('pia')];
    expect(home && viewText(home)).toContain('Customers of acme');
    expect(world.heard()).toEqual([]);
  });
});

/** Everything that comes of a line, each with where it was said. */
const answers = async (line: string): Promise<string[]> => {
  await world.starts(line);
  await world.settled();
  return world.heard();
};

describe('an answer that Slack takes by no way', () => {
  const WAYS = ['response_url', 'chat.postEphemeral'] as const;

  it('because it had too many requests comes once, when it takes them again', async () => {
    for (const way of WAYS) world.slack.rateLimit(way, { retryAfterSec: 1 });
    const heard = await answers('Dev: /crm show ada@example.com');
    expect(heard).toEqual([expect.stringContaining('Ada Lovelace')]);
  });

  it('because it is down comes once, when it is up again', async () => {
    for (const way of WAYS) world.slack.fail(way, { status: 503 });
    const heard = await answers('Dev: /crm edit ada@example.com phone=+44');
    expect(heard).toEqual([expect.stringContaining('Ada Lovelace edited.')]);
    expect(await world.rows.audit()).toHaveLength(1);
  });

  it('because it hangs comes once all the same', async () => {
    for (const way of WAYS) world.slack.hang(way);
    const heard = await answers('Dev: /crm show ada@example.com');
    expect(heard).toEqual([expect.stringContaining('Ada Lovelace')]);
  });

  it('in a thread comes once, when it may', async () => {
    world.slack.rateLimit('chat.postEphemeral', { retryAfterSec: 1 });
    const heard = await answers('Dev in #sales: @tieline whoami');
    expect(heard).toEqual([expect.stringContaining('Dev Devani')]);
  });

  it('for everybody comes once, though Slack did not say that it had taken it', async () => {
    world.slack.dropResponse('chat.postMessage');
    const heard = await answers('Dev in #sales: @tieline show ada@example.com --public');
    expect(heard).toEqual([expect.stringContaining('in #sales in a thread: Ada Lovelace')]);
  });

  it('for everybody waits as long as Slack asks', async () => {
    world.slack.rateLimit('chat.postMessage', { retryAfterSec: 1 });
    const heard = await answers('Dev in #sales: @tieline show ada@example.com --public');
    expect(heard).toEqual([expect.stringContaining('Ada Lovelace')]);
  });

  it('for longer than anybody waits comes in person, when it takes them again', async () => {
    for (const way of WAYS) world.slack.rateLimit(way, { retryAfterSec: 300 });
    const heard = await answers('Dev: /crm edit ada@example.com phone=+44');
    expect(heard).toEqual([
      expect.stringMatching(
        /^Tieline in person: Ada Lovelace edited\..*Slack did not take this answer where/s,
      ),
    ]);
    expect(await world.rows.audit()).toHaveLength(1);
  });

  it('in a channel that is shut comes in person', async () => {
    world.slack.fail('response_url', { status: 404 });
    world.slack.fail('chat.postEphemeral', { error: 'not_in_channel' });
    const heard = await answers('Dev: /crm show ada@example.com');
    expect(heard).toEqual([expect.stringContaining('Tieline in person: Ada Lovelace')]);
  });

  it('for everybody in such a channel is told of to who asked for it', async () => {
    world.slack.fail('response_url', { status: 404 });
    world.slack.fail('chat.postMessage', { error: 'not_in_channel' });
    const heard = await answers('Dev: /crm show ada@example.com --public');
    expect(heard).toEqual([expect.stringContaining('Error: I may not post in this channel.')]);
  });
});

describe('pressed twice', () => {
  const twice = async (line: string, label: string): Promise<string[]> => {
    await world.answer(line);
    const message = world.slack.messages().findLast((said) => buttonNamed(said, label) !== undefined);
    if (!message) throw new Error(`no button ${label}`);
    const id = buttonNamed(message, label)?.actionId ?? '';
    await Promise.all([dev().click(message, id), dev().click(message, id)]);
    await world.settled();
    return world.heard();
  };

  it('Deactivate changes once, and both presses are answered', async () => {
    const said = await twice('Dev: /crm show ada@example.com', 'Deactivate');
    expect((await world.rows.audit()).map(({ action }) => action)).toEqual(['contact.deactivated']);
    expect(said.join('\n')).toContain('Ada Lovelace is inactive');
  });

  it.each(['Issues', 'Link to an issue', 'Edit'])('%s changes nothing', async (label) => {
    await world.changesNothing(() => twice('Dev: /crm show ada@example.com', label));
  });

  it('Share posts the card', async () => {
    const said = await twice('Dev: /crm show ada@example.com', 'Share');
    expect(said.join('\n')).toContain('Ada Lovelace');
  });

  it('More shows a page each', async () => {
    const said = await twice('Dev: /crm find', 'More');
    expect(said.length).toBeGreaterThan(0);
    expect(said.every((line) => line.includes('In acme:'))).toBe(true);
  });
});
