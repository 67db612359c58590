import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Form, FormAnswer } from '../../src/commands/form.ts';
import { contactFields } from '../../src/commands/forms/contact-fields.ts';
import { createContactForm } from '../../src/commands/forms/create-contact.ts';
import type { HomePage } from '../../src/commands/home.ts';
import { validateBlocks } from '../../src/sandbox/slack/block-kit/validate-blocks.ts';
import type { FakeSlack } from '../../src/sandbox/slack/fake-slack.ts';
import type { FormHandlers } from '../../src/slack/answer-views.ts';
import { readMemory, writeMemory } from '../../src/slack/views/metadata.ts';
import { renderForm } from '../../src/slack/views/render-form.ts';
import { renderHome } from '../../src/slack/views/render-home.ts';
import { renderReplyView } from '../../src/slack/views/render-reply-view.ts';
import { hostileText } from '../support/hostile-texts.ts';
import { aReply, gate, startBench } from './edge-harness.ts';

/** More of them take a while: CI asks for ten thousand. */
const RUNS = Number(process.env['HOSTILE_RUNS'] ?? 200);

const memory = { key: 'a-key', channelId: 'C1' };

const aForm = (more: Partial<Form> = {}): Form => ({
  form: createContactForm.name,
  title: 'New contact',
  submit: 'Create',
  intro: [],
  fields: contactFields({
    firstName: 'Ada',
    lastName: null,
    email: null,
    phone: null,
    organization: null,
    note: null,
  }),
  group: 'acme',
  data: {},
  ...more,
});

/** Everything that Slack would parse: mrkdwn texts. */
function parsed(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(parsed);
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { type?: unknown; text?: unknown };
  const own = type === 'mrkdwn' && typeof text === 'string' ? [text] : [];
  return [...own, ...Object.values(value).flatMap(parsed)];
}

describe('hostile names and notes', () => {
  test('fit every view, and nothing in them comes alive', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (name, note) => {
        const option = { value: 'O1', label: name };
        const form = aForm({
          intro: [{ kind: 'hint', text: [{ text: 'In ' }, { strong: name }] }],
          fields: [
            ...contactFields(
              { firstName: name, lastName: note, email: name, phone: note, organization: option, note },
              { text: name, actions: [{ label: name, command: 'show C1', confirm: note }] },
            ),
            { kind: 'lookups', name: 'all', label: 'All', of: 'contact', values: [option], most: 6 },
            { kind: 'choice', name: 'one', label: 'One', options: [option], value: 'O1' },
          ],
        });
        const reply = aReply({
          title: [{ strong: name }],
          blocks: [
            { kind: 'fields', fields: [{ label: 'Note', value: note }] },
            {
              kind: 'list',
              items: [{ text: name, detail: note, action: { label: name, command: 'show C1' } }],
            },
          ],
        });
        const page: HomePage = {
          group: 'acme',
          crmGroupId: null,
          isOutage: false,
          blocks: [
            { kind: 'heading', text: name },
            { kind: 'divider' },
            { kind: 'search', label: name, of: 'group', command: 'group mine', value: option },
            ...reply.blocks,
          ],
        };
        const modals = [renderForm(form, memory), renderReplyView(reply, 'C1')];
        const { view } = renderHome(page);
        for (const modal of modals) expect(validateBlocks('modal', modal)).toEqual([]);
        expect(validateBlocks('home', view)).toEqual([]);
        for (const text of parsed([modals, view])) expect(text).not.toMatch(/<(?!https?:|mailto:)/);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('what a view remembers', () => {
  test('comes back as it went, and nothing else is taken for it', () => {
    const kept = { key: 'k', channelId: null, group: 'acme/support', data: { id: '12' } };
    expect(readMemory(writeMemory(kept))).toEqual(kept);
    for (const text of [undefined, '', 'null', '{}', '{"k":1}', '[1]']) expect(readMemory(text)).toBeNull();
    expect(() => writeMemory({ ...kept, data: { id: 'x'.repeat(3001) } })).toThrow('more to remember');
  });
});

/** A bench whose commands all ask for a form. */
function withForms(forms: Partial<FormHandlers> = {}) {
  return startBench({
    answer: async () => aForm() as never,
    forms: {
      title: () => 'New contact',
      submit: async () => ({ kind: 'reply', reply: aReply({ title: 'Made' }) }),
      suggest: async () => [],
      ...forms,
    },
  });
}

describe('a form on the edge', () => {
  test('opens within the trigger’s time though its data hang', async () => {
    const slow = gate<Form>();
    const bench = await startBench({
      answer: () => slow.passed as never,
      forms: { title: () => 'New contact', submit: async () => fail(), suggest: async () => [] },
    });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const waiting = await bench.slack.waitForView('U1', (view) => view.callback_id === 'waiting');
    expect(waiting.title).toMatchObject({ text: 'New contact' });
    slow.open(aForm());
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    expect(form.id).toBe(waiting.id);
    expect(bench.slack.violations()).toEqual([]);
  });

  test('that takes long is answered in time, and shows its outcome later', async () => {
    const slow = gate<FormAnswer>();
    const bench = await withForms({ submit: () => slow.passed });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    const sent = bench.slack.as('U1').submit(form, { last_name: 'Lovelace', note: 'n' });
    expect((await sent).ackMs).toBeLessThan(2900);
    expect(bench.slack.as('U1').view()?.callback_id).toBe('waiting');
    slow.open({ kind: 'problems', problems: { last_name: 'Last name is odd.' } });
    const again = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    expect(JSON.stringify(again.blocks)).toContain('Last name is odd.');
    expect(again.state.values).toMatchObject({ last_name: { value: { value: 'Lovelace' } } });
    expect(bench.slack.violations()).toEqual([]);
  });

  test.each([
    ['Slack fails', (slack: FakeSlack) => slack.fail('views.update', { status: 500 })],
    ['Slack has had too many', (slack: FakeSlack) => slack.rateLimit('views.update', { retryAfterSec: 30 })],
    ['the form was closed', (slack: FakeSlack) => slack.fail('views.update', { error: 'not_found' })],
    ['Slack never answers', (slack: FakeSlack) => void slack.hang('views.update')],
  ])('that takes long tells its outcome by message when %s', async (_what, goesWrong) => {
    const slow = gate<FormAnswer>();
    const bench = await withForms({ submit: () => slow.passed });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    await bench.slack.as('U1').submit(form, { last_name: 'Lovelace', note: 'n' });
    goesWrong(bench.slack);
    slow.open({ kind: 'problems', problems: { last_name: 'Last name is odd.' } });
    const told = await bench.slack.waitForMessage(({ text }) => text.includes('Last name is odd.'));
    expect(told).toMatchObject({ user: 'U1', visibility: 'ephemeral' });
    expect(bench.slack.violations()).toEqual([]);
  });

  test('that takes long tells its outcome in person when the channel cannot be told either', async () => {
    const slow = gate<FormAnswer>();
    const bench = await withForms({ submit: () => slow.passed });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    await bench.slack.as('U1').submit(form, { last_name: 'Lovelace', note: 'n' });
    bench.slack.fail('views.update', { status: 500 });
    bench.slack.fail('chat.postEphemeral', { error: 'channel_not_found' });
    slow.open({ kind: 'reply', reply: aReply({ title: 'Contact Ada Lovelace created.' }) });
    const told = await bench.slack.waitForMessage(({ text }) => text.includes('Ada Lovelace created'));
    expect(told.visibility).not.toBe('ephemeral');
  });

  test('that fails is answered with an incident, and choices that fail with none', async () => {
    const bench = await withForms({
      submit: async () => fail(),
      suggest: async () => fail(),
    });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    expect(await bench.slack.as('U1').typeahead('find:organization', 'x', form)).toEqual([]);
    await bench.slack.as('U1').submit(form, { last_name: 'L' });
    expect(JSON.stringify(bench.slack.as('U1').view()?.blocks)).toContain('incident-1');
  });

  test.each([
    ['an expired trigger', { error: 'expired_trigger_id' }],
    ['a refusal for being too many', { status: 429 }],
    ['a fault of Slack’s', { status: 500 }],
  ])('is offered by message after %s', async (_what, fault) => {
    const bench = await withForms();
    bench.slack.fail('views.open', fault);
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const offer = await bench.slack.waitForMessage(({ text }) => text.startsWith('There is a form'));
    await bench.slack.as('U1').click(offer, 'crm:0');
    await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
  });

  test('takes nothing from a forged or stale submission', async () => {
    let taken = 0;
    const bench = await withForms({
      submit: async () => {
        taken += 1;
        return { kind: 'reply', reply: aReply() };
      },
    });
    await bench.slack.as('U1').command('sales', '/crm new contact');
    const form = await bench.slack.waitForView('U1', (view) => view.callback_id === 'form:create_contact');
    for (const signing of [
      { signature: 'bad' },
      { timestampSkewSec: -301 },
      { timestampSkewSec: 301 },
    ] as const) {
      const outcome = await bench.slack.as('U1').submit(form, { last_name: 'L' }, signing);
      expect(outcome.status).toBe(401);
    }
    expect(taken).toBe(0);
  });
});

function fail(): never {
  throw new Error('out of order');
}
