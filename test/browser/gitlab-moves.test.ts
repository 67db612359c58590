import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults } = open;

const gitlab = () => open.page.locator('#gitlab');
const dialog = () => open.page.getByRole('dialog');

/** Chooses from the menu of the issue with the keyboard alone. */
async function choose(label: string): Promise<void> {
  const actions = open.page.getByRole('button', { name: 'Actions' });
  await actions.focus();
  await open.page.keyboard.press('Enter');
  const item = open.page.getByRole('menuitem', { name: label });
  for (let steps = 0; steps < 20; steps += 1) {
    if (await item.evaluate((node) => node === node.ownerDocument.activeElement)) break;
    await open.page.keyboard.press('ArrowDown');
  }
  await open.page.keyboard.press('Enter');
  await dialog().waitFor();
}

async function comment(text: string): Promise<void> {
  await open.page.locator('#comment-input').fill(text);
  await open.page.keyboard.press('Enter');
}

it('an issue is moved, and its contacts come along', async () => {
  await become('olga');
  await comment('@tieline add_contacts hedy@example.org');
  await gitlab().locator('.gl-awards', { hasText: '✅' }).first().waitFor();
  await choose('Move issue…');
  await dialog().getByLabel('To project').selectOption('acme/website');
  await dialog().getByRole('button', { name: 'Move issue' }).press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await expect.poll(() => gitlab().getByLabel('Project', { exact: true }).inputValue()).toBe('acme/website');
  await gitlab().locator('.aside-contacts', { hasText: 'hedy@example.org' }).waitFor();
});

it('an issue is cloned with the keyboard alone', async () => {
  await choose('Clone issue…');
  await dialog().getByLabel('To project').selectOption('acme/app');
  await dialog().getByRole('button', { name: 'Clone issue' }).press('Enter');
  await expect.poll(() => gitlab().getByLabel('Project', { exact: true }).inputValue()).toBe('acme/app');
  await gitlab().locator('.aside-contacts', { hasText: 'hedy@example.org' }).waitFor();
});

it('a project is transferred out of the group, and its contacts stay behind', async () => {
  await choose('Transfer project…');
  await dialog().getByLabel('To namespace').selectOption('olga');
  await dialog().getByRole('button', { name: 'Transfer project' }).press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await expect.poll(() => gitlab().getByLabel('Project', { exact: true }).inputValue()).toBe('olga/app');
  await expect
    .poll(() => gitlab().locator('.aside-row', { hasText: 'Contacts' }).textContent(), { timeout: 20_000 })
    .toContain('None yet');
});

it('a mail becomes an issue of its sender, in a project that was made, renamed and deleted', async () => {
  const shown = () => gitlab().getByLabel('Project', { exact: true }).inputValue();
  await choose('New project…');
  await dialog().getByLabel('Group').selectOption('acme/support');
  await dialog().getByLabel('Name in the address').fill('inbox');
  await open.page.keyboard.press('Enter');
  await gitlab().getByText('No issues yet').last().waitFor();
  await choose('Mail to Service Desk…');
  await dialog().getByLabel('From').fill('ada@example.com');
  await dialog().getByLabel('Subject').fill('It is broken');
  await open.page.keyboard.press('Enter');
  await gitlab().getByRole('heading', { name: 'It is broken' }).waitFor();
  await gitlab().locator('.aside-contacts', { hasText: 'ada@example.com' }).waitFor();
  await choose('Rename…');
  await dialog().getByLabel('New name').fill('desk');
  await open.page.keyboard.press('Enter');
  await dialog().getByText('path has already been taken').waitFor();
  await dialog().getByLabel('New name').fill('letters');
  await open.page.keyboard.press('Enter');
  await expect.poll(shown).toBe('acme/support/letters');
  await gitlab().getByRole('heading', { name: 'It is broken' }).waitFor();
  await choose('Delete…');
  await dialog().getByRole('button', { name: 'Delete' }).press('Enter');
  await open.page.getByText('acme/support/letters is deleted').waitFor();
  expect(await shown()).not.toBe('acme/support/letters');
});

it('trouble is made and ended, and webhooks show how they stand', async () => {
  await choose('Make trouble…');
  await dialog().getByLabel('Webhooks that get lost on the way').fill('4');
  await open.page.keyboard.press('Enter');
  await dialog().waitFor({ state: 'detached' });
  await choose('How this GitLab behaves…');
  await dialog().getByText('the whole instance').waitFor();
  await open.page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
  await choose('Make trouble…');
  await dialog().getByRole('button', { name: 'Make trouble' }).press('Enter');
  await open.page.getByText('All is well again').waitFor();
  // The browser itself complains of every refusal: of a name that is taken, and of what was there a moment ago.
  const complaints = faults.filter((fault) => !fault.includes('404 (Not Found)'));
  expect(complaints).toEqual([expect.stringContaining('400 (Bad Request)')]);
});
