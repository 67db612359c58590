import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults, picture, typeOnSlack } = open;

const slack = () => open.page.locator('#slack');
const gitlab = () => open.page.locator('#gitlab');
const dialog = () => open.page.getByRole('dialog');
const notice = () => slack().locator('.message', { hasText: 'The group' });
const channel = (name: string) => slack().locator('.channel', { hasText: name }).click();
const project = () => gitlab().getByLabel('Project', { exact: true });

/** Turns notices of transfers on in a channel and waits for the answer. */
async function hear(group: string): Promise<void> {
  await typeOnSlack(`/crm notify on ${group} only=transfers`);
  await slack().getByText('This channel will hear').waitFor();
}

async function openTransfer(): Promise<void> {
  await open.page.getByRole('button', { name: 'Actions', exact: true }).click();
  await open.page.getByRole('menuitem', { name: 'Transfer a group…' }).click();
  await dialog().waitFor();
}

it('a group put under another company waits for a decision, which its notice asks to confirm', async () => {
  await become('olga');
  await hear('acme');
  await become('nina');
  await channel('sales');
  await hear('globex');
  await project().selectOption('globex/portal');
  await openTransfer();
  await dialog().locator('select[name=group]').selectOption('acme/support');
  await dialog().getByLabel('New parent').selectOption('globex');
  await dialog().getByRole('button', { name: 'Transfer group' }).click();
  await dialog().getByText('Group Not Found').waitFor();
  await dialog().getByLabel('Done by').selectOption('root');
  await dialog().getByRole('button', { name: 'Transfer group' }).click();
  await dialog().waitFor({ state: 'detached' });

  await project().selectOption('globex/support/desk');
  await open.page.locator('#comment-input').fill('Welcome to Globex.');
  await open.page.keyboard.press('Enter');
  await notice().getByText('its customers wait for a decision').waitFor();
  await picture('held-transfer', open.page.locator('#slack'));
  await notice().getByRole('button', { name: 'Leave behind' }).click();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await dialog().waitFor({ state: 'detached' });
  await notice().getByRole('button', { name: 'Migrate' }).click();
  await dialog().getByText('This cannot be taken back.').waitFor();
  await dialog().getByRole('button', { name: 'Migrate' }).click();
});

it('the notice tells of the decision in place of its buttons, on both sides', async () => {
  await notice().getByText('Migrated by Nina Novak.').waitFor();
  expect(await notice().count()).toBe(1);
  expect(await notice().getByText('(edited)').count()).toBe(1);
  expect(await notice().getByRole('button', { name: 'Migrate' }).count()).toBe(0);
  await slack().getByText('The customers of globex/support were brought over.').waitFor();
  await become('olga');
  await channel('support');
  await notice().getByText('The group acme/support moved from acme to another hierarchy.').waitFor();
  await notice().getByText('Migrated by Nina Novak.').waitFor();
  await gitlab().getByText('Somebody else may').waitFor();
});

it('who makes a group a root group goes on with the issue that was open', async () => {
  await project().selectOption('acme/platform/infra/ops');
  await openTransfer();
  await dialog().locator('select[name=group]').selectOption('acme/platform');
  await dialog().getByLabel('New parent').selectOption('none: make it a root group');
  await dialog().getByRole('button', { name: 'Transfer group' }).click();
  await dialog().waitFor({ state: 'detached' });
  await expect.poll(() => project().inputValue()).toBe('platform/infra/ops');
  await open.page.locator('#comment-input').fill('On our own now.');
  await open.page.keyboard.press('Enter');
  await gitlab().getByText('On our own now.').waitFor();
});

it('nothing went wrong in the page itself', () => {
  // Issues that somebody may not see are answered with a 404, which a browser writes into its log.
  expect(faults.filter((fault) => !fault.includes('status of 404'))).toEqual([]);
});
