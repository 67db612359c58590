import { afterEach, describe, expect, it } from 'vitest';
import type { ShownView } from '../../src/sandbox/slack/state.ts';
import { viewText } from '../support/as-read.ts';
import { bareTimes } from '../support/bare-times.ts';
import { type Name, slackIdOf } from '../support/cast.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const as = (name: Name) => world.slack.as(slackIdOf(name));

/** What a person has before them once everything has come to rest. */
async function screen(name: Name): Promise<ShownView> {
  await world.settled();
  const view = as(name).view();
  if (!view) throw new Error(`${name} has no form open`);
  return view;
}

/** What they have before them while there is more to come. */
const screenWhile = (name: Name) => world.slack.waitForView(slackIdOf(name));

/** Types a line that opens a form. */
async function opens(name: Name, line: string): Promise<ShownView> {
  const outcome = await as(name).command('support', line);
  expect(outcome).toMatchObject({ status: 200, body: '' });
  return screen(name);
}

const emails = async (email: string) =>
  (await world.db.database.prisma.contact.findMany({ where: { email } })).length;

describe('a new contact', () => {
  it('is asked for by form when something is missing, with what was typed filled in', async () => {
    const form = await opens('dev', '/crm new contact Grace grace@example.com org="Apollo Guidance"');
    expect(form.title).toMatchObject({ text: 'New contact' });
    expect(form.state.values).toMatchObject({
      first_name: { value: { value: 'Grace' } },
      email: { value: { value: 'grace@example.com' } },
    });
    const { errors } = await as('dev').submit(form, { last_name: 'Hopper', note: '' });
    expect(errors).toEqual({});
    expect(viewText(await screen('dev'))).toContain('Contact Grace Hopper created.');
    expect(await emails('grace@example.com')).toBe(1);
  });

  it('with a mistake keeps its form and says so at the field', async () => {
    const form = await opens('dev', '/crm new contact');
    const { errors, body } = await as('dev').submit(form, {
      first_name: 'Grace',
      last_name: 'x'.repeat(256),
      email: 'grace@localhost',
    });
    expect(body).toMatchObject({ response_action: 'errors' });
    expect(errors).toEqual({
      last_name: 'Last name is too long (maximum is 255 characters).',
      email:
        'E-mail is invalid: the part after the @ needs at least two names joined by dots, such as example.com.',
    });
  });

  it('whose address is taken leads to the card of who has it', async () => {
    const form = await opens('dev', '/crm new contact');
    await as('dev').submit(form, { first_name: 'Ada', last_name: 'Again', email: 'ADA@example.com' });
    const again = await screen('dev');
    expect(viewText(again)).toContain('Email has already been taken by Ada Lovelace. Nothing was created.');
    expect(again.state.values).toMatchObject({ last_name: { value: { value: 'Again' } } });
    await as('dev').click(again, 'crm:0');
    expect(viewText(await screen('dev'))).toContain('Analytical Engines Ltd');
  });

  it('is made once however often the form is sent', async () => {
    const form = await opens('dev', '/crm new contact');
    const dev = as('dev');
    const values = { first_name: 'Twice', last_name: 'Sent', email: 'twice@example.com' };
    await Promise.all([dev.submit(form, values), dev.submit(form, values)]);
    const again = await world.slack.replay();
    expect(again.status).toBe(200);
    await world.settled();
    expect(await emails('twice@example.com')).toBe(1);
    expect(viewText(await screen('dev'))).toContain('Contact Twice Sent created.');
  });

  it('is refused in the place of the form to who may not create one', async () => {
    const form = await opens('pia', '/crm new contact');
    expect(viewText(form)).toContain('It takes the Developer role or higher');
  });

  it('offers the organizations of its group as one types', async () => {
    const form = await opens('dev', '/crm new contact');
    const options = await as('dev').typeahead('find:organization', 'analy', form);
    expect(options).toMatchObject([{ text: { text: 'Analytical Engines Ltd' } }]);
    await as('dev').submit(form, {
      first_name: 'New',
      last_name: 'Hand',
      organization: 'Analytical Engines Ltd',
    });
    expect(viewText(await screen('dev'))).toContain('Organization: Analytical Engines Ltd');
  });

  it('whose organization is gone by then says so at its field, and is not made without it', async () => {
    await world.answer('Dev: /crm new org Weavers');
    const form = await opens('dev', '/crm new contact');
    const [offer] = (await as('dev').typeahead('find:organization', 'weavers', form)) ?? [];
    const organization = String(offer?.['value']);
    await world.db.database.prisma.organization.deleteMany({ where: { name: 'Weavers' } });
    await world.changesNothing(async () => {
      const sent = { first_name: 'Grace', last_name: 'Hopper', organization };
      const { errors } = await as('dev').submit(form, sent);
      expect(Object.keys(errors)).toEqual(['organization']);
    });
  });

  it('gets the organization that was chosen, though another is called by its number', async () => {
    await world.answer('Dev: /crm new org O2');
    const form = await opens('dev', '/crm new contact');
    await as('dev').typeahead('find:organization', 'analy', form);
    await as('dev').submit(form, {
      first_name: 'Grace',
      last_name: 'Hopper',
      email: 'grace@example.com',
      organization: 'O2',
    });
    expect(viewText(await screen('dev'))).toContain('Organization: Analytical Engines Ltd');
    const edit = await opens('dev', '/crm edit grace@example.com');
    await as('dev').submit(edit, { organization: null });
    const back = await opens('dev', '/crm edit grace@example.com');
    await as('dev').typeahead('find:organization', 'analy', back);
    await as('dev').submit(back, { organization: 'O2' });
    expect(viewText(await screen('dev'))).toContain('Analytical Engines Ltd');
  });

  it('opens at once, and is filled in once GitLab has answered', async () => {
    world.advance(61_000);
    const hold = world.gitlab.faults.hold(/\/members\//);
    await as('dev').command('support', '/crm new contact Grace Hopper');
    await as('dev').closeView(await screenWhile('dev'));
    await as('dev').command('support', '/crm edit ada@example.com');
    const waiting = await screenWhile('dev');
    expect(viewText(waiting)).toBe('Edit\nOne moment…');
    hold.release();
    expect(viewText(await screen('dev'))).toContain('Edit contact');
    world.heard();
  });

  it('opens by a button when the trigger could not be used', async () => {
    world.slack.fail('views.open', { error: 'expired_trigger_id' });
    await world.plays(`
      Dev: /crm new contact Grace
      Tieline: There is a form to fill in.
        [New contact]
    `);
    await world.starts('Dev presses: New contact');
    expect((await screen('dev')).state.values).toMatchObject({ first_name: { value: { value: 'Grace' } } });
  });
});

describe('a new organization', () => {
  it('is made by form, its mistakes at their fields, a name in use leading to who has it', async () => {
    const form = await opens('dev', '/crm new org');
    const { errors } = await as('dev').submit(form, { name: ' x', rate: 'lots', note: 'n'.repeat(1025) });
    expect(errors).toEqual({
      rate: 'Default rate must be a number, such as 120.50.',
      note: 'Description is too long (maximum is 1024 characters).',
    });
    await as('dev').submit(form, { name: 'NAVY', rate: '', note: '' });
    const again = await screen('dev');
    expect(viewText(again)).toContain('Name has already been taken. Nothing was created.');
    await as('dev').submit(again, { name: 'Weavers', rate: '12,5' });
    expect(viewText(await screen('dev'))).toContain('Organization Weavers created.\nDefault rate: 12.50');
  });
});

describe('editing', () => {
  it('starts from what is there and changes what was touched alone', async () => {
    const form = await opens('dev', '/crm edit ada@example.com');
    expect(form.title).toMatchObject({ text: 'Edit contact' });
    await as('dev').submit(form, { phone: '+44 1', organization: null });
    expect(viewText(await screen('dev'))).toBe(
      'Done\nAda Lovelace edited.\nPhone: +44 20 7946 0001 → +44 1\nOrganization: Analytical Engines Ltd → (empty)',
    );
    expect((await world.rows.audit()).map(({ action }) => action)).toEqual(['contact.edited']);
  });

  it('of nothing changes nothing', async () => {
    const form = await opens('dev', '/crm edit Navy');
    await world.changesNothing(() => as('dev').submit(form));
    expect(viewText(await screen('dev'))).toContain('Nothing to change');
  });

  it('tells who was faster, and what they changed', async () => {
    const form = await opens('dev', '/crm edit ada@example.com');
    await world.answer('Max: /crm edit ada@example.com phone=1');
    await as('dev').submit(form, { phone: '2' });
    const shown = await screen('dev');
    expect(viewText(shown)).toContain('Ada Lovelace was changed by Max Maier meanwhile.');
    expect(JSON.stringify(shown.blocks)).toMatch(/Last on <!date\^\d+\^\{date_short_pretty\} at \{time\}\|/);
    expect(bareTimes(shown.blocks)).toEqual([]);
  });

  it('first asks whom when nobody was named', async () => {
    const form = await opens('dev', '/crm edit');
    const groups = await as('dev').typeahead('find:customer', 'navy', form);
    expect(groups?.map((option) => option['value'])).toContain('O1');
    await as('dev').submit(form, { customer: 'O1' });
    const next = await screen('dev');
    expect(next.title).toMatchObject({ text: 'Edit organization' });
    await as('dev').submit(next, { state: 'inactive' });
    expect(viewText(await screen('dev'))).toContain('State: active → inactive');
  });

  it('is not for who may only look', async () => {
    expect(viewText(await opens('rita', '/crm edit ada@example.com'))).toContain(
      'You may not edit contacts in acme.',
    );
    expect(viewText(await opens('gus', '/crm edit ada@example.com group=acme'))).toContain(
      'You may not view contacts in acme.',
    );
  });
});

describe('linking', () => {
  it('asks for the contacts of an issue that was named, and for the issue where none was', async () => {
    const named = await opens('pia', '/crm link acme/app#1');
    await as('pia').typeahead('find:contact', 'ada', named);
    await as('pia').submit(named, { contacts: ['C1'] });
    expect(viewText(await screen('pia'))).toContain('1 contact added to acme/app#1.');

    const form = await opens('pia', '/crm link ada@example.com');
    const found = await as('pia').typeahead('find:issue', 'export', form);
    const [issue] = found ?? [];
    await as('pia').submit(form, { issue: String(issue?.['value']) });
    expect(viewText(await screen('pia'))).toContain('Ada Lovelace (ada@example.com): was there already');
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com']);

    const off = await opens('pia', '/crm unlink acme/app#1');
    expect(viewText(off)).toContain('Linked now: Ada Lovelace (ada@example.com)');
    await as('pia').typeahead('find:contact', 'ada', off);
    await as('pia').submit(off, { contacts: ['C1'] });
    expect(await world.rows.linked('acme/app#1')).toEqual([]);
  });

  it('asks whom an issue is to have, starting from whom it has', async () => {
    await world.answer('Pia: /crm link acme/app#1 ada@example.com hedy@example.org');
    const form = await opens('pia', '/crm set acme/app#1');
    expect(viewText(form)).toContain('Replace contacts');
    expect(JSON.stringify(form.blocks)).toContain('Those left out are removed from the issue.');
    await as('pia').typeahead('find:contact', 'ada', form);
    await as('pia').submit(form, { contacts: ['C1'] });
    await world.settled();
    expect(await world.rows.linked('acme/app#1')).toEqual(['ada@example.com']);
  });

  it('shows a confidential issue to nobody who may not read it', async () => {
    const seen = async (name: Name, text: string) => {
      const form = await opens(name, '/crm link');
      const options = await as(name).typeahead('find:issue', text, form);
      return (options ?? []).map((option) => JSON.stringify(option['text']));
    };
    expect((await seen('pia', 'acme/app#4')).join()).toContain('acme/app#4');
    expect(await seen('nina', 'acme/app#4')).toEqual([]);
    expect(await seen('nina', 'acme/app#1')).toEqual([]);
  });

  it('lists the contacts of an issue that is chosen', async () => {
    const form = await opens('pia', '/crm contacts');
    const found = await as('pia').typeahead('find:issue', 'acme/support/desk#1', form);
    await as('pia').submit(form, { issue: String(found?.[0]?.['value']) });
    expect(viewText(await screen('pia'))).toContain('acme/support/desk#1 has');
  });
});

describe('settings', () => {
  it('of a group without a path are asked by form', async () => {
    await world.answer('Olga: /crm group acme/platform');
    const form = await opens('olga', '/crm disable');
    expect(viewText(form)).toContain('Group settings\nacme/platform\nIts contacts are those of acme.');
    const options = await as('olga').typeahead('find:group', 'acme/sup', form);
    expect(options).toMatchObject([{ text: { text: 'acme/support' } }]);
    const { errors } = await as('olga').submit(form, { source: String(options?.[0]?.['value']) });
    expect(Object.keys(errors)).toEqual(['source']);
    await as('olga').submit(await screen('olga'), { source: null, crm: 'off' });
    expect(viewText(await screen('olga'))).toContain('Contacts and organizations: Off');
    expect(viewText(await opens('dev', '/crm disable'))).toContain('It takes the Owner role there');
  });

  it('of notices are set for a channel by form', async () => {
    await world.answer('Pia in #sales: /crm notify');
    await world.starts('Pia presses: Change');
    const form = await screen('pia');
    await as('pia').submit(form, { topics: ['links', 'transfers'] });
    expect(viewText(await screen('pia'))).toContain('This channel will hear what happens in acme.');
    await world.starts('Pia presses: Change');
    await as('pia').submit(await screen('pia'), { topics: [] });
    expect(viewText(await screen('pia'))).toContain('1 subscription ended');
  });
});

describe('whoever lacks a reference', () => {
  it.each([
    ['/crm show', 'Show'],
    ['/crm issues', 'Issues'],
    ['/crm deactivate', 'Deactivate'],
  ])('is asked by %s', async (line, title) => {
    const form = await opens('dev', line);
    expect(form.title).toMatchObject({ text: title });
    await as('dev').typeahead('find:customer', 'harbour', form);
    await as('dev').submit(form, { customer: 'O5' });
    expect(viewText(await screen('dev'))).toContain('Harbour Bakery');
  });
});

describe('a card in a modal', () => {
  it('has its buttons; shared, it goes to the channel that the modal was opened in', async () => {
    const form = await opens('dev', '/crm show');
    await as('dev').typeahead('find:customer', 'lovelace', form);
    await as('dev').submit(form, { customer: 'C1' });
    const card = await screen('dev');
    expect(viewText(card)).toContain('[Issues] [Link to an issue] [Edit] [Deactivate] [Share]');
    await as('dev').click(card, 'crm:4');
    expect(viewText(await screen('dev'))).toContain('Shared in the channel.');
    const [said = '', ...more] = world.heard();
    expect(said).toContain('Tieline in #support: Ada Lovelace');
    expect(more).toEqual([]);
  });

  it('opens further forms in its place, and shows what came of them', async () => {
    await world.plays(`
      Pia: /crm contacts acme/app#1
      Tieline: acme/app#1 has no contacts.
        Export stops at 10 000 rows
        Link one with /crm link acme/app#1 ada@example.com
        [Link contacts] [Share]
    `);
    await world.starts('Pia presses: Link contacts');
    const form = await screen('pia');
    await as('pia').typeahead('find:contact', 'ada', form);
    await as('pia').submit(form, { contacts: ['C1'] });
    await as('pia').click(await screen('pia'), 'crm:0');
    expect(viewText(await screen('pia'))).toContain('acme/app#1 has 1 contact.');
  });
});

describe('a menu that looks things up', () => {
  afterEach(() => world.gitlab.setRole('olga', 'acme', 'owner'));

  it.each([
    ['/crm link acme/app#1', ['find:issue', 'find:contact']],
    ['/crm new contact', ['find:organization']],
    ['/crm edit', ['find:customer']],
    ['/crm source', ['find:group']],
  ])('of %s is empty for who may not see any more, and while GitLab gives no answer', async (line, menus) => {
    const form = await opens('olga', line);
    const offers = () => Promise.all(menus.map((menu) => as('olga').typeahead(menu, 'a', form)));
    for (const options of await offers()) expect(options).not.toEqual([]);
    await world.gitlab.setRole('olga', 'acme', null);
    await world.settled();
    for (const options of await offers()) expect(options).toEqual([]);
    await world.gitlab.setRole('olga', 'acme', 'owner');
    await world.settled();
    world.gitlab.faults.respond({ path: /./, status: 502, times: 1_000 });
    for (const options of await offers()) expect(options).toEqual([]);
  });
});
