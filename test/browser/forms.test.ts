import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults, picture, typeOnSlack } = open;

const modal = () => open.page.locator('.bk-modal');
const slack = () => open.page.locator('#slack');

it('Dev makes a contact by form, with the keyboard alone', async () => {
  await become('dev');
  await typeOnSlack('/crm new contact Grace grace@example.com');
  await modal().getByLabel('Last name').waitFor();
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.type('Hopper');
  await modal().getByRole('combobox', { name: 'Organization' }).focus();
  await open.page.keyboard.type('nav');
  await modal().getByRole('option', { name: 'Navy' }).waitFor();
  await expect.poll(() => modal().getByRole('option').count()).toBe(1);
  await picture('form-autocomplete');
  await open.page.keyboard.press('Enter');
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.press('Tab');
  await open.page.keyboard.press('Enter');
  await modal().getByText('Contact Grace Hopper created.').waitFor();
  await modal().getByText('Navy').waitFor();
  await open.page.keyboard.press('Escape');
  await modal().waitFor({ state: 'detached' });
});

it('a mistake is shown at its field, and what was typed stays', async () => {
  await typeOnSlack('/crm new contact');
  await modal().getByLabel('First name').fill('Ada');
  await modal().getByLabel('Last name').fill('Again');
  await modal().getByLabel('E-mail').fill('ada@example');
  await modal().getByRole('button', { name: 'Create' }).click();
  await modal().getByText('needs at least two names joined by dots').waitFor();
  expect(await modal().getByLabel('Last name').inputValue()).toBe('Again');
  await modal().getByLabel('E-mail').fill('ada@example.com');
  await modal().getByRole('button', { name: 'Create' }).click();
  await modal().getByText('Email has already been taken by Ada Lovelace').waitFor();
  await modal().getByRole('button', { name: 'Show that contact' }).click();
  await modal().getByText('Analytical Engines Ltd').waitFor();
  await modal().getByRole('button', { name: 'Close' }).last().click();
});

it('the home tab finds, makes and tells what waits', async () => {
  await become('olga');
  await slack().getByRole('button', { name: 'Tieline' }).click();
  await slack().getByRole('heading', { name: 'Customers of acme' }).waitFor();
  await slack().getByText('Grace Hopper').waitFor();
  await picture('home');
  await slack().getByRole('combobox', { name: 'Name or e-mail address' }).focus();
  await open.page.keyboard.type('lovelace');
  await slack().getByRole('option', { name: 'Ada Lovelace' }).waitFor();
  await expect.poll(() => slack().getByRole('option').count()).toBe(1);
  await open.page.keyboard.press('Enter');
  await modal().getByRole('button', { name: 'Link to an issue' }).waitFor();
  await picture('card-modal');
  await open.page.keyboard.press('Escape');
  await modal().waitFor({ state: 'detached' });
  await slack().locator('.channel', { hasText: 'support' }).click();
});

it('a message becomes a contact by its shortcut', async () => {
  await become('dev');
  await typeOnSlack('Joan Clarke <joan@example.com>, +44 1908 640404, asked for this');
  const message = slack().locator('.message').last();
  await message.getByText('Joan Clarke').waitFor();
  await message.getByRole('button', { name: 'More actions' }).focus();
  await open.page.keyboard.press('Enter');
  await open.page.keyboard.press('Enter');
  await modal().getByLabel('Last name').waitFor();
  expect(await modal().getByLabel('First name').inputValue()).toBe('Joan');
  expect(await modal().getByLabel('Phone').inputValue()).toBe('+44 1908 640404');
  await open.page.keyboard.press('Escape');
  await modal().waitFor({ state: 'detached' });
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
