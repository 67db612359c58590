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

/** The picture in the README and the docs is taken anew with TAKE_PICTURES=1. */
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

const slack = () => page.locator('#slack');
const gitlab = () => page.locator('#gitlab');

it('Dev looks Ada up, creates Grace, and both end up on the issue', async () => {
  await become('dev');
  await typeOnSlack('/crm find ada');
  await slack().getByText('Ada Lovelace').first().waitFor();

  await typeOnSlack('/crm new contact Grace Hopper grace@example.com org="Navy"');
  await slack().getByText('Grace Hopper').last().waitFor();
  await slack().getByText('created.').last().waitFor();

  await typeOnSlack('/crm link acme/app#1 grace@example.com');
  await slack().getByText('1 contact added to acme/app#1.').waitFor();
  await gitlab().locator('.aside-contacts').getByText('Grace Hopper').waitFor();

  await page.locator('#comment-input').fill('@tieline add_contacts [contact:ada@example.com]');
  await gitlab().getByRole('button', { name: 'Comment', exact: true }).click();
  await gitlab().getByText('1 contact added to').first().waitFor();
  await gitlab().locator('.aside-contacts').getByText('Ada Lovelace').waitFor();
  await picture('sandbox');
});

it('Gus, a guest, is told what it takes and sees no contact', async () => {
  await become('gus');
  await typeOnSlack('/crm show grace@example.com');
  await slack().getByText('takes the Planner role or higher').last().waitFor();
  expect(await gitlab().locator('.aside-contacts').count()).toBe(0);
});

it('a mistake is answered with what was meant', async () => {
  await become('dev');
  await typeOnSlack('/crm link acme/app#1 grase@example.com');
  await slack().getByText('the nearest match is Grace Hopper').waitFor();
});

it('the page works by keyboard alone', async () => {
  await page.locator('#slack-input').focus();
  await page.keyboard.type('/crm whoami');
  await page.keyboard.press('Enter');
  await slack().getByText('Dev Devani').last().waitFor();
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
