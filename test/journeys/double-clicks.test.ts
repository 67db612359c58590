import { describe, expect, it } from 'vitest';
import type { ShownView, SlackMessage } from '../../src/sandbox/slack/state.ts';
import { buttonNamed, viewText } from '../support/as-read.ts';
import { type Name, slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const as = (name: Name) => world.slack.as(slackIdOf(name));

/** The press of somebody, whose payload arrives thrice: twice at once, and again when all is done. */
async function pressed(press: () => Promise<unknown>): Promise<string[]> {
  await press();
  const again = world.slack.lastRequest();
  await Promise.all([world.slack.replay(again), world.slack.replay(again)]);
  await world.settled();
  await world.slack.replay(again);
  await world.settled();
  return world.heard();
}

function shown(label: string): SlackMessage {
  const found = world.slack.messages().findLast((said) => !said.deleted && buttonNamed(said, label));
  if (!found) throw new Error(`no button ${label}`);
  return found;
}

const press = (name: Name, label: string, message = shown(label)) =>
  as(name).click(message, buttonNamed(message, label)?.actionId ?? '');

/** A group of acme, with an issue that Ada is on, put under globex behind Tieline's back; #sales is asked. */
async function heldGroup(name: string): Promise<string> {
  const olga = world.gitlab.as('olga');
  await olga.createGroup(`acme/${name}`);
  await olga.createProject(`acme/${name}/calls`);
  await olga.createIssue(`acme/${name}/calls`, { title: 'Rings' });
  await world.settled();
  await world.answer(`Pia: /crm link acme/${name}/calls#1 ada@example.com`);
  await world.rows.subscribe('C0SALES01', 'globex');
  await world.gitlab.transferGroup(`acme/${name}`, 'globex');
  await olga.comment(`globex/${name}/calls`, 1, 'Where are we?');
  await world.settled();
  world.heard();
  return `globex/${name}/calls#1`;
}

const decisions = async (): Promise<string[]> =>
  (await world.rows.audit())
    .filter(({ action, who }) => action.startsWith('group.') && who === 'nina')
    .map(({ action }) => action);

describe.each([
  { label: 'Migrate', name: 'bell', told: 'Migrated by Nina Novak.', action: 'group.transferred' },
  { label: 'Leave behind', name: 'buzz', told: 'Left behind by Nina Novak.', action: 'group.left_behind' },
])('$label, pressed twice', ({ label, name, told, action }) => {
  it('as one payload decides once, and says so once in each place', async () => {
    await heldGroup(name);
    const heard = await pressed(() => press('nina', label));
    expect(heard).toHaveLength(2);
    expect(
      heard.filter((line) => line.startsWith('Tieline edits in #sales') && line.includes(told)),
    ).toHaveLength(1);
    expect(heard.filter((line) => line.startsWith('Tieline to nina in #sales: The customers'))).toHaveLength(
      1,
    );
    expect(new Set(await decisions())).toEqual(new Set([action]));
  });

  it('as two presses decides once, and each press is answered once', async () => {
    const issue = await heldGroup(`${name}s`);
    const message = shown(label);
    await Promise.all([press('nina', label, message), press('nina', label, message)]);
    await world.settled();
    const heard = world.heard();
    expect(heard.filter((line) => line.startsWith('Tieline to nina'))).toHaveLength(2);
    expect(
      heard.filter((line) => line.startsWith('Tieline to nina in #sales: Nothing changed')),
    ).toHaveLength(1);
    expect(heard.filter((line) => line.startsWith('Tieline edits in #sales'))).toHaveLength(1);
    expect(new Set(await decisions())).toEqual(new Set([action]));
    expect(await world.rows.linked(issue)).toEqual(label === 'Migrate' ? ['ada@example.com'] : []);
  });
});

describe('the choice of a group, pressed twice', () => {
  const chosen = () => world.db.database.prisma.personSettings.count();

  it('as one payload goes on there once', async () => {
    await world.answer('Kim: /crm find ada');
    const heard = await pressed(() => press('kim', 'acme'));
    expect(heard).toEqual([expect.stringContaining('Ada Lovelace')]);
    expect(await chosen()).toBe(1);
  });

  it('as two presses chooses once', async () => {
    await world.answer('Kim: /crm find ada');
    const message = shown('acme');
    await Promise.all([press('kim', 'acme', message), press('kim', 'acme', message)]);
    await world.settled();
    expect(world.heard().every((line) => line.includes('Ada Lovelace'))).toBe(true);
    expect(await chosen()).toBe(1);
  });
});

describe('a button of the home tab, pressed twice', () => {
  async function home(name: Name): Promise<ShownView> {
    await as(name).openHome();
    await world.settled();
    const view = as(name).home();
    if (!view) throw new Error('no page');
    return view;
  }

  function actionOf(view: ShownView, label: string): string {
    const elements = view.blocks.flatMap((block) => (block['elements'] ?? []) as Record<string, unknown>[]);
    const found = elements.find(({ text }) => (text as { text?: string } | undefined)?.text === label);
    return String(found?.['action_id']);
  }

  const opened = () => world.slack.requests().filter(({ method }) => method === 'views.open').length;

  it('as one payload opens one form', async () => {
    const view = await home('dev');
    const before = opened();
    expect(await pressed(() => as('dev').click(view, actionOf(view, 'New contact')))).toEqual([]);
    expect(opened()).toBe(before + 1);
    expect(as('dev').view()?.callback_id).toBe('form:create_contact');
  });

  it('as one payload decides once, and the page says so', async () => {
    await heldGroup('chime');
    const view = await home('nina');
    const heard = await pressed(() => as('nina').click(view, actionOf(view, 'Migrate')));
    expect(heard).toEqual([expect.stringContaining('Migrated by Nina Novak.')]);
    const shown = as('nina').view();
    expect(shown && viewText(shown)).toContain('were brought over');
    expect(viewText(await home('nina'))).not.toContain('chime');
    expect(new Set(await decisions())).toEqual(new Set(['group.transferred']));
  });
});
