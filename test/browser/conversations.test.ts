import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults, typeOnSlack } = open;

const slack = () => open.page.locator('#slack');
const messages = () => slack().locator('.message');

it('a link to an issue unfolds into a card with its contacts, in the conversation with Tieline', async () => {
  await become('dev');
  await slack().getByRole('button', { name: 'Tieline' }).click();
  await slack().getByRole('button', { name: 'Messages', exact: true }).click();
  await typeOnSlack('/crm link acme/app#1 ada@example.com');
  await slack().getByText('1 contact added to acme/app#1.').waitFor();
  const state = await open.page.request.get(new URL('/sandbox/api/state', open.page.url()).href);
  const { gitlab } = (await state.json()) as { gitlab: { url: string } };
  await typeOnSlack(`${gitlab.url}/acme/app/-/issues/1`);
  const card = slack().locator('.unfurl');
  await card.getByText('Ada Lovelace').waitFor();
  await card.getByRole('button', { name: 'Contacts' }).click();
  await slack().getByText('acme/app#1 has 1 contact.').waitFor();
});

it('Tieline answers a mention in the thread where slash commands do not work', async () => {
  await slack().locator('.channel', { hasText: 'support' }).click();
  await typeOnSlack('Ada rang about the export');
  const root = messages().filter({ hasText: 'Ada rang' });
  await root.getByRole('button', { name: 'More actions' }).press('Enter');
  await open.page.getByRole('menuitem', { name: 'Reply in thread' }).press('Enter');
  await slack().getByText('In the thread of').waitFor();
  await typeOnSlack('@tieline find ada');
  await slack().locator('.message.answer', { hasText: 'ada@example.com' }).waitFor();
  await slack().getByRole('button', { name: 'Leave the thread' }).press('Enter');
  await typeOnSlack('Thanks');
  await messages().filter({ hasText: 'Thanks' }).waitFor();
  expect(await slack().locator('.message.answer').count()).toBe(2);
});

it('what others do is told in person, once that is asked for on the home tab', async () => {
  await become('max');
  await slack().getByRole('button', { name: 'Tieline' }).click();
  await slack().getByRole('button', { name: 'Home', exact: true }).click();
  await slack().getByRole('button', { name: 'My notices' }).click();
  const dialog = open.page.getByRole('dialog');
  // Its first menu is open, and must not close under the press.
  await dialog.getByRole('option', { name: 'acme/support' }).waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('You will hear what happens in acme.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await become('dev');
  await slack().locator('.channel', { hasText: 'support' }).click();
  await typeOnSlack('/crm new contact Homer Simpson');
  await become('max');
  await slack().getByRole('button', { name: 'Tieline' }).click();
  await slack().getByRole('button', { name: 'Messages', exact: true }).click();
  await slack().getByText('Dev Devani created the contact Homer Simpson').waitFor();
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
