import { describe, expect, it } from 'vitest';
import { viewText } from '../support/as-read.ts';
import { type Name, slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const as = (name: Name) => world.slack.as(slackIdOf(name));

async function modal(name: Name) {
  await world.settled();
  const view = as(name).view();
  if (!view) throw new Error(`${name} has nothing open`);
  return view;
}

/** Runs a shortcut on something that Pia said. */
async function onMessage(callbackId: string, said: string) {
  const { message } = await as('pia').post('support', said);
  await as('dev').messageShortcut(callbackId, message);
  return modal('dev');
}

const typed = (view: Awaited<ReturnType<typeof modal>>) =>
  Object.fromEntries(
    Object.entries(view.state.values).map(([name, entered]) => [name, Object.values(entered)[0]?.['value']]),
  );

describe('Save as contact', () => {
  it.each([
    [
      'Call Grace Hopper <grace.hopper@example.com> on +1 555 010 9999 please',
      {
        first_name: 'Grace',
        last_name: 'Hopper',
        email: 'grace.hopper@example.com',
        phone: '+1 555 010 9999',
      },
    ],
    [
      'mail joan.clarke@example.com about it',
      { first_name: 'Joan', last_name: 'Clarke', email: 'joan.clarke@example.com' },
    ],
    [
      'Regards, Maria von Sommer\nTel. 030 1234567',
      { first_name: 'Maria', last_name: 'von Sommer', phone: '030 1234567' },
    ],
    ['it broke again :(', { first_name: null, last_name: null, email: null, phone: null }],
  ])('finds who is meant in “%s”', async (said, found) => {
    expect(typed(await onMessage('save_as_contact', said))).toMatchObject(found);
  });

  it('saves them', async () => {
    const form = await onMessage('save_as_contact', 'Grace Hopper, grace@example.com');
    await as('dev').submit(form);
    expect(viewText(await modal('dev'))).toContain('Contact Grace Hopper created.');
  });
});

describe('Link contacts to issue', () => {
  it('starts with the issue and the person that the message names', async () => {
    const form = await onMessage(
      'link_contacts',
      `see ${world.gitlab.url}/acme/app/-/issues/1 for ada@example.com`,
    );
    expect(JSON.stringify(form.blocks)).toContain('acme/app#1');
    await as('dev').submit(form);
    expect(viewText(await modal('dev'))).toContain('1 contact added to acme/app#1.');
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com']);
  });
});

describe('New contact', () => {
  it('opens its form anywhere', async () => {
    await as('dev').shortcut('new_contact');
    expect((await modal('dev')).title).toMatchObject({ text: 'New contact' });
  });

  it('tells in person when the form could not be opened', async () => {
    world.slack.fail('views.open', { status: 500 });
    await as('dev').shortcut('new_contact');
    await world.settled();
    expect(world.heard().join()).toContain('There is a form to fill in.');
  });
});
