import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Program, startProgram } from './program.ts';

/** Debian's Chromium, kept from calling home. */
const BROWSER = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

let program: Program;
let browser: Browser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  program = await startProgram();
  browser = await chromium.launch(BROWSER);
  page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(program.url);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

/** The pictures of the docs are taken anew with TAKE_PICTURES=1. */
async function picture(name: string): Promise<void> {
  if (!process.env['TAKE_PICTURES']) return;
  await mkdir('docs/pictures', { recursive: true });
  await page.screenshot({ path: `docs/pictures/${name}.png` });
}

async function become(name: string): Promise<void> {
  await page.locator(`#people [data-username="${name}"]`).click();
}

async function typeOnSlack(text: string): Promise<void> {
  await page.locator('#slack-input').fill(text);
  await page.keyboard.press('Enter');
}

const modal = () => page.locator('.bk-modal');
const slack = () => page.locator('#slack');

it('Dev makes a contact by form, with the keyboard alone', async () => {
  await become('dev');
  await typeOnSlack('/crm new contact Grace grace@example.com');
  await modal().getByLabel('Last name').waitFor();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Hopper');
  await modal().getByRole('combobox', { name: 'Organization' }).focus();
  await page.keyboard.type('nav');
  await modal().getByRole('option', { name: 'Navy' }).waitFor();
  await expect.poll(() => modal().getByRole('option').count()).toBe(1);
  await picture('form-autocomplete');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await modal().getByText('Contact Grace Hopper created.').waitFor();
  await modal().getByText('Navy').waitFor();
  await page.keyboard.press('Escape');
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
  await picture('form-duplicate');
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
  await page.keyboard.type('lovelace');
  await slack().getByRole('option', { name: 'Ada Lovelace' }).waitFor();
  await expect.poll(() => slack().getByRole('option').count()).toBe(1);
  await page.keyboard.press('Enter');
  await modal().getByRole('button', { name: 'Link to an issue' }).waitFor();
  await picture('card-modal');
  await page.keyboard.press('Escape');
  await modal().waitFor({ state: 'detached' });
  await slack().locator('.channel', { hasText: 'support' }).click();
});

it('a message becomes a contact by its shortcut', async () => {
  await become('dev');
  await typeOnSlack('Joan Clarke <joan@example.com>, +44 1908 640404, asked for this');
  const message = slack().locator('.message').last();
  await message.getByText('Joan Clarke').waitFor();
  await message.getByRole('button', { name: 'More actions' }).focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await modal().getByLabel('Last name').waitFor();
  expect(await modal().getByLabel('First name').inputValue()).toBe('Joan');
  expect(await modal().getByLabel('Phone').inputValue()).toBe('+44 1908 640404');
  await page.keyboard.press('Escape');
  await modal().waitFor({ state: 'detached' });
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
