import { describe, expect, it } from 'vitest';
import type { ShownView } from '../../src/sandbox/slack/state.ts';
import { viewText } from '../support/as-read.ts';
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
