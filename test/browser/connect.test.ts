import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults, typeOnSlack } = open;

const slack = () => open.page.locator('#slack');
const said = (text: string) => slack().locator('.message', { hasText: text }).last();

/** Asks for the link, follows it to GitLab and signs in there as somebody. */
async function signIn(as: string): Promise<Page> {
  const links = slack().getByRole('link', { name: 'Sign in to GitLab' });
  const before = await links.count();
  await typeOnSlack('/crm connect');
  await expect.poll(() => links.count()).toBe(before + 1);
  const opened = open.page.context().waitForEvent('page');
  const [window] = await Promise.all([opened, links.last().press('Enter')]);
  await window.getByRole('heading', { name: 'Sign in to GitLab' }).waitFor();
  await window.getByRole('button', { name: as }).press('Enter');
  return window;
}

it('Gus connects an account of another address only once he says that both are his', async () => {
  await become('gus');
  await typeOnSlack('/crm whoami');
  await said('On GitLab you are Gus Gustavsson').waitFor();
  const window = await signIn('Dev Devani');
  await window.getByRole('heading', { name: 'Are both accounts yours?' }).waitFor();
  expect(await window.locator('body').textContent()).toContain('Gus Gustavsson');
  await window.getByRole('button', { name: 'Yes, connect them' }).press('Enter');
  await window.getByRole('heading', { name: 'Your accounts are connected' }).waitFor();
  await window.close();
  await typeOnSlack('/crm whoami');
  await said('On GitLab you are Dev Devani').waitFor();
});

it('he disconnects, and is who his address says again', async () => {
  await typeOnSlack('/crm disconnect');
  await said('Your GitLab account is disconnected.').getByText('still leads to gus').waitFor();
  await typeOnSlack('/crm whoami');
  await said('On GitLab you are Gus Gustavsson').waitFor();
});

it('who says no on GitLab is connected to nobody', async () => {
  const window = await signIn('Deny');
  await window.getByRole('heading', { name: 'Nothing was connected' }).waitFor();
  await window.close();
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
