import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults } = open;

const gitlab = () => open.page.locator('#gitlab');
const dialog = () => open.page.getByRole('dialog');
const answers = () => gitlab().locator('.answers .note', { hasText: 'Tieline' });
const contact = (email: string) => gitlab().locator('.aside-contacts', { hasText: email });

async function choose(label: string): Promise<void> {
  await open.page.getByRole('button', { name: 'Actions', exact: true }).click();
  await open.page.getByRole('menuitem', { name: label }).click();
  await dialog().waitFor();
}

/** Sets one of the switches and saves. */
async function behave(label: string, value: boolean | string): Promise<void> {
  await choose('How this GitLab behaves…');
  const field = dialog().getByLabel(label);
  if (typeof value === 'string') await field.fill(value);
  else await field.setChecked(value);
  await dialog().getByRole('button', { name: 'Save' }).click();
  await dialog().waitFor({ state: 'detached' });
}

async function comment(text: string): Promise<void> {
  const input = open.page.locator('#comment-input');
  await input.fill(text);
  await input.press('Escape');
  await input.press('Enter');
  await expect.poll(() => input.inputValue()).toBe('');
}

/** The headers of the newest delivery of GitLab, as the drawer shows them. */
async function newestHeaders(): Promise<string> {
  await open.page.getByRole('button', { name: 'Deliveries' }).click();
  await open.page.locator('.pass[data-from="GitLab"]').first().click();
  const headers = await open.page.locator('.pass-details pre').first().textContent();
  await open.page.keyboard.press('Escape');
  return headers ?? '';
}

/** Resolves once the newest webhooks, so many, were taken. */
async function handled(count: number): Promise<void> {
  await open.page.getByRole('button', { name: 'Deliveries' }).click();
  const newest = open.page.locator('.pass[data-from="GitLab"]');
  await expect.poll(() => newest.count()).toBeGreaterThanOrEqual(count);
  for (let index = 0; index < count; index += 1) {
    await newest.nth(index).locator('[data-ok="true"]').waitFor();
  }
  await open.page.keyboard.press('Escape');
}

it('GitLab takes its own quick actions out while the switch is on', async () => {
  await become('olga');
  await behave('Take GitLab’s own quick actions out of comments', true);
  await comment('/add_contacts [contact:ada@example.com]');
  await open.page.getByText('nothing was left to save').waitFor();
  expect(await contact('ada@example.com').count()).toBe(0);
  await behave('Take GitLab’s own quick actions out of comments', false);
  await comment('/add_contacts [contact:ada@example.com]');
  await contact('ada@example.com').waitFor();
});

it('webhooks are signed while the switch is on, and taken either way', async () => {
  await expect.poll(newestHeaders).toContain('webhook-signature: v1,');
  await behave('Sign webhooks (GitLab 19 and later)', false);
  await comment('@tieline add_contacts hedy@example.org');
  await contact('hedy@example.org').waitFor();
  await expect.poll(newestHeaders).not.toContain('webhook-signature');
  await behave('Sign webhooks (GitLab 19 and later)', true);
});

it('answers wait for the limit of comments', async () => {
  const before = await answers().count();
  await behave('Comments that one person may make by API', '1');
  for (const text of ['help', 'contacts', 'help']) await comment(`@tieline ${text}`);
  await handled(3);
  // One answer, or two where a minute ends meanwhile. The others come a minute later, which nobody need wait for here.
  expect(await answers().count()).toBeLessThan(before + 3);
  await behave('Comments that one person may make by API', '0');
});

it('a webhook that fails four times is disabled until one is sent again', async () => {
  await behave('Disable webhooks that fail', true);
  await choose('Make trouble…');
  await dialog().getByLabel('Webhooks that get lost on the way').fill('4');
  await dialog().getByRole('button', { name: 'Make trouble' }).click();
  await dialog().waitFor({ state: 'detached' });
  for (const text of ['One', 'Two', 'Three', 'Four']) await comment(text);
  await choose('How this GitLab behaves…');
  await dialog().getByText('group acme: disabled for a while until').waitFor();
  await open.page.keyboard.press('Escape');
  await open.page.getByRole('button', { name: 'Deliveries' }).click();
  await open.page.locator('.pass[data-from="GitLab"]').first().click();
  await open.page.getByRole('button', { name: 'Send again' }).click();
  await open.page.locator('.pass[data-from="GitLab"] [data-ok="true"]').first().waitFor();
  await open.page.keyboard.press('Escape');
  await choose('How this GitLab behaves…');
  await dialog().getByText('group acme: in order').waitFor();
  await open.page.keyboard.press('Escape');
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
