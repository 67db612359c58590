import { expect, it } from 'vitest';
import { useOpenPage } from './open-page.ts';

const open = useOpenPage();
const { become, faults, picture, typeOnSlack } = open;

const slack = () => open.page.locator('#slack');
const gitlab = () => open.page.locator('#gitlab');

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

  await open.page.locator('#comment-input').fill('@tieline add_contacts [contact:ada@example.com]');
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
  await open.page.locator('#slack-input').focus();
  await open.page.keyboard.type('/crm whoami');
  await open.page.keyboard.press('Enter');
  await slack().getByText('Dev Devani').last().waitFor();
});

it('nothing went wrong in the page itself', () => {
  expect(faults).toEqual([]);
});
