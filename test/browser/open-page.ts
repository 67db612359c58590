import { mkdir } from 'node:fs/promises';
import { type Browser, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
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

const VIEWPORT = { width: 1440, height: 900 };

/** The sandbox's page in a browser, with a program of its own behind it, for the tests of one file. */
export interface OpenPage {
  readonly page: Page;
  /** What the page complained of so far. */
  readonly faults: readonly string[];
  become(username: string): Promise<void>;
  typeOnSlack(text: string): Promise<void>;
  /** Pictures of the README and the docs, of the whole page or a part, which are taken anew with TAKE_PICTURES=1. */
  picture(name: string, of?: Locator): Promise<void>;
}

/** Starts the program and opens its page before the tests of this file, and ends both after them. */
export function useOpenPage(): OpenPage {
  let program: Program;
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];
  beforeAll(async () => {
    program = await startProgram();
    browser = await chromium.launch(BROWSER);
    page = await browser.newPage({ viewport: VIEWPORT });
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
  return {
    get page() {
      return page;
    },
    faults,
    become: (username) => page.locator(`#people [data-username="${username}"]`).click(),
    typeOnSlack: async (text) => {
      await page.locator('#slack-input').fill(text);
      await page.keyboard.press('Enter');
    },
    picture: async (name, of = page.locator('body')) => {
      if (!process.env['TAKE_PICTURES']) return;
      await mkdir('docs/pictures', { recursive: true });
      // Small enough for a repository, and still wide enough to show both sides.
      await page.setViewportSize({ width: 1200, height: 720 });
      // What passes by is in nobody's way a moment later.
      await page.locator('.toast').first().waitFor({ state: 'detached' });
      await of.screenshot({ path: `docs/pictures/${name}.png`, animations: 'disabled' });
      await page.setViewportSize(VIEWPORT);
    },
  };
}
