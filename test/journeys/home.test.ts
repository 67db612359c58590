import { describe, expect, it } from 'vitest';
import { viewText } from '../support/as-read.ts';
import { type Name, slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const as = (name: Name) => world.slack.as(slackIdOf(name));
const published = () => world.slack.requests().filter(({ method }) => method === 'views.publish').length;

/** Opens somebody's page and gives what it says. */
async function home(name: Name): Promise<string> {
  await as(name).openHome();
  await world.settled();
  const view = as(name).home();
  return view ? viewText(view) : 'nothing';
}

/** What somebody's page says while they do nothing. */
function now(name: Name): string {
  const view = as(name).home();
  return view ? viewText(view) : 'nothing';
}

const homeMessages = async (): Promise<string[]> =>
  (await world.db.database.prisma.outboxMessage.findMany({ where: { kind: 'slack.home' } })).map(
    ({ state }) => state,
  );

async function modal(name: Name) {
  await world.settled();
  const view = as(name).view();
  if (!view) throw new Error(`${name} has nothing open`);
  return view;
}

/** Presses a button of the page by its label. */
async function presses(name: Name, label: string): Promise<void> {
  const view = as(name).home();
  if (!view) throw new Error('no page');
  const elements = view.blocks.flatMap((block) => [
    ...(Array.isArray(block['elements']) ? block['elements'] : []),
    block['accessory'],
  ]) as { action_id?: string; value?: string; text?: { text?: string } }[];
  const found = elements.find((element) => element?.text?.text === label);
  if (!found?.action_id) throw new Error(`no button ${label}`);
  await as(name).click(view, found.action_id, { value: found.value ?? '' });
}

describe('the home tab', () => {
  it('shows the group, what one may do, and what changed', async () => {
    await world.answer('Max: /crm edit ada@example.com phone=1');
    const text = await home('dev');
    expect(text).toContain('Customers of acme');
    expect(text).toContain('[New contact] [New organization] [Link contacts to an issue]');
    expect(text).toContain('Changed lately\nAda Lovelace [Show]');
    expect(text).toContain('You are Developer in acme.');
    expect(await home('pia')).not.toContain('New contact');
    expect(await home('olga')).toContain('[Group settings]');
  });

  it('is published again only when something changed', async () => {
    await home('dev');
    const before = published();
    await home('dev');
    expect(published()).toBe(before);
    await presses('dev', 'New contact');
    await as('dev').submit(await modal('dev'), { first_name: 'Home', last_name: 'Made' });
    await world.settled();
    expect(published()).toBe(before + 1);
    expect(viewText(as('dev').home() ?? (await modal('dev')))).toContain(
      'Changed by you lately\nHome Made [Show]',
    );
  });

  it('shows whose cards somebody looked at, and is published again when that changes', async () => {
    await world.answer('Dev: /crm show grace@example.org');
    expect(await home('dev')).not.toContain('Seen by you');
    await world.answer('Dev: /crm show ada@example.com');
    await world.answer('Dev: /crm show O1');
    const text = await home('dev');
    expect(text).toMatch(/Seen by you lately\n[^\n]+\nOrganization \[Show\]\nAda Lovelace \[Show\]/);
    const before = published();
    await world.answer('Dev: /crm show O1');
    expect(published()).toBe(before);
    await world.answer('Dev: /crm show ada@example.com');
    expect(published()).toBe(before + 1);
    expect(await home('max')).not.toContain('Seen by you');
  });

  it('tells apart what one may decide from what waits for others, and forgets it once it is decided', async () => {
    const olga = world.gitlab.as('olga');
    await olga.createGroup('acme/porch');
    await olga.createProject('acme/porch/calls');
    await olga.createIssue('acme/porch/calls', { title: 'Rings' });
    await world.settled();
    await world.answer('Pia: /crm link acme/porch/calls#1 ada@example.com');
    await world.gitlab.transferGroup('acme/porch', 'globex');
    await olga.comment('globex/porch/calls', 1, 'Where are we?');
    await world.settled();
    const mine = await home('dev');
    expect(mine).toMatch(/Needs you\n[\s\S]*acme\/porch[\s\S]*\[Leave behind\]/);
    expect(mine).not.toContain('[Migrate]');
    const theirs = await home('pia');
    expect(theirs).toMatch(/Waits for somebody else\n[\s\S]*acme\/porch/);
    expect(theirs).not.toContain('Needs you');
    expect(theirs).not.toContain('[Leave behind]');
    expect(await home('nina')).toMatch(/Needs you\n[\s\S]*globex\/porch[\s\S]*\[Migrate\] \[Leave behind\]/);
    await presses('dev', 'Leave behind');
    await world.settled();
    expect(await home('dev')).not.toContain('acme/porch');
    expect(await home('pia')).not.toContain('acme/porch');
  });

  it('shows what others decided and what came to wait, without being opened again, and only where that changes it', async () => {
    const olga = world.gitlab.as('olga');
    await olga.createGroup('acme/gate');
    await olga.createProject('acme/gate/calls');
    await olga.createIssue('acme/gate/calls', { title: 'Rings' });
    await world.settled();
    await world.answer('Pia: /crm link acme/gate/calls#1 ada@example.com');
    for (const name of ['dev', 'nina'] as const) expect(await home(name)).not.toContain('/gate');
    expect(await home('gus')).toContain('takes the Planner role');
    const before = published();
    const others = ['gus', 'nina', 'dev'].map((name) => slackIdOf(name as Name));
    const renewed = () =>
      world.slack
        .requests()
        .filter(({ method }) => method === 'views.publish')
        .slice(before)
        .filter(({ ok }) => ok)
        .map(({ args }) => String(args['user_id']))
        .filter((user) => others.includes(user));
    await world.gitlab.transferGroup('acme/gate', 'globex');
    await olga.comment('globex/gate/calls', 1, 'Where are we?');
    await world.settled();
    expect(now('dev')).toMatch(/Needs you\n[\s\S]*acme\/gate/);
    expect(now('nina')).toMatch(/Needs you\n[\s\S]*globex\/gate/);
    expect(renewed().sort()).toEqual([slackIdOf('dev'), slackIdOf('nina')].sort());
    world.slack.rateLimit('views.publish', { retryAfterSec: 1, times: 2 });
    await world.answer('Nina: /crm transfer leave 1');
    expect(now('dev')).not.toContain('/gate');
    expect(now('nina')).not.toContain('/gate');
    expect(renewed().filter((user) => user === slackIdOf('dev'))).toHaveLength(2);
    expect(renewed()).not.toContain(slackIdOf('gus'));
    expect(new Set(await homeMessages())).toEqual(new Set(['sent']));
  });

  it('that GitLab gives no answer for stays as it was, and is published when there is one', async () => {
    await world.answer('Dev: /crm whoami');
    const text = await home('dev');
    world.advance(61_000);
    world.gitlab.faults.respond({ path: /./, status: 502, times: 1_000 });
    await world.answer('Dev: /crm show ada@example.com');
    expect(now('dev')).toBe(text);
  });

  it('finds a contact and shows its card in a modal', async () => {
    await home('pia');
    const view = as('pia').home();
    if (!view) throw new Error('no page');
    await as('pia').typeahead('find:customer', 'lovelace', view);
    await as('pia').select(view, 'find:customer', 'C1');
    expect(viewText(await modal('pia'))).toContain('Analytical Engines Ltd');
  });

  it('lets somebody of two companies choose where they work', async () => {
    expect(await home('kim')).toContain('Which group do you mean?');
    const view = as('kim').home();
    if (!view) throw new Error('no page');
    const options = await as('kim').typeahead('find:group', 'globex', view);
    await as('kim').select(view, 'find:group', String(options?.[0]?.['value']));
    expect(viewText(await modal('kim'))).toContain('You work in globex now');
    expect(viewText(as('kim').home() ?? view)).toContain('Customers of globex');
  });

  it('says what it takes to somebody without an account, and offers to connect', async () => {
    const text = await home('erin' as Name);
    expect(text).toContain('I do not know which GitLab account is yours.');
    expect(text).toContain('[Connect GitLab]');
    expect(await home('gus')).toContain('takes the Planner role or higher');
  });

  it('sets what a person is told in person', async () => {
    await home('pia');
    await presses('pia', 'My notices');
    await as('pia').submit(await modal('pia'), { topics: ['links'] });
    await world.settled();
    expect(viewText(as('pia').home() ?? (await modal('pia')))).toContain('You are told in person about acme');
  });
});
