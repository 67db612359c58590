import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const MOST_LINES = 20;

const forPlanners = [
  '- /crm find – Search contacts and organizations',
  '- /crm show – Show the card of a contact or an organization',
  '- /crm link, /crm unlink, /crm set – Change the contacts of an issue',
  '- /crm contacts – List the contacts of an issue',
  '- /crm issues – List the issues of a contact or an organization',
  '- /crm group – Show or set the group that this channel works in',
];
const forDevelopers = [
  '- /crm new contact, /crm new org – Create a contact or an organization',
  '- /crm edit – Edit a contact or an organization',
  '- /crm activate, /crm deactivate – Make a contact or an organization active or inactive',
];
const forOwners = [
  '- /crm enable, /crm disable – Turn CRM on or off for a group',
  '- /crm source – Show or set the group that a group takes its contacts from',
];
const forAll = [
  '- /crm connect, /crm disconnect – Connect your GitLab account, or forget it',
  '- /crm whoami – Show who you are to Tieline and what you may do',
  '- /crm help – Show what you may do here, all there is, or one command',
];

function holds(answer: string, there: string[], absent: string[]): void {
  const lines = answer.split('\n').map((line) => line.trim());
  for (const line of there) expect(lines).toContain(line);
  for (const line of absent) expect(lines).not.toContain(line);
  expect(lines.length).toBeLessThanOrEqual(MOST_LINES);
}

describe('/crm help shows what this person may do, on one screen', () => {
  it('an Owner sees all of it', async () => {
    const answer = await world.answer('Olga: /crm help');
    holds(answer, [...forPlanners, ...forDevelopers, ...forOwners, ...forAll], []);
    expect(answer).toContain('You are Owner in acme.');
    expect(answer).toContain('/crm help all shows the rest and who may');
  });

  it('a Developer sees no settings, bare /crm being the same', async () => {
    holds(await world.answer('Dev: /crm'), [...forPlanners, ...forDevelopers, ...forAll], forOwners);
  });

  it('a Reporter sees neither settings nor how to create', async () => {
    const answer = await world.answer('Rita: /crm help');
    holds(answer, [...forPlanners, ...forAll], [...forDevelopers, ...forOwners]);
    expect(answer).toContain('You are Reporter in acme.');
  });

  it('a Guest sees what everybody may, and whom to ask', async () => {
    const answer = await world.answer('Gus: /crm help');
    holds(answer, forAll, [...forPlanners, ...forDevelopers, ...forOwners]);
    expect(answer).toContain('Viewing contacts takes the Planner role or higher');
  });

  it('somebody of two groups sees what they may in either, without being asked which', async () => {
    holds(
      await world.answer('Kim: /crm help'),
      [...forPlanners, ...forAll],
      [...forDevelopers, ...forOwners],
    );
  });

  it('group= asks about another group', async () => {
    const answer = await world.answer('Kim: /crm help group=globex');
    expect(answer).toContain('You are Reporter in globex.');
  });

  it('where CRM is off an Owner sees how to turn it on, and no more', async () => {
    await world.answer('Olga: /crm disable acme');
    const answer = await world.answer('Olga: /crm help');
    holds(answer, [...forOwners, ...forAll], [...forPlanners, ...forDevelopers]);
    expect(answer).toContain('You are Owner in acme, where CRM is off.');
  });
});

describe('/crm help where nobody can tell who asks', () => {
  it('somebody without a GitLab account sees what to do first', async () => {
    const answer = await world.answer('Erin: /crm help');
    holds(answer, forAll, [...forPlanners, ...forDevelopers, ...forOwners]);
    expect(answer).toContain('I do not know which GitLab account is yours.');
  });

  it('somebody without a GitLab account is told of all, and of one command', async () => {
    expect(await world.answer('Erin: /crm help all')).toContain('Turn CRM on for a group. Owners.');
    expect(await world.answer('Erin: /crm help link')).toContain('Link contacts to an issue.');
    expect(await world.answer('Erin: /crm help lnik')).toContain('Did you mean link?');
  });

  it('while GitLab is down the whole list comes, and says why', async () => {
    world.gitlab.faults.respond({ path: /./, status: 502, times: 1_000 });
    const answer = await world.answer('Rita: /crm help');
    holds(answer, [...forPlanners, ...forDevelopers, ...forOwners, ...forAll], []);
    expect(answer).toContain('GitLab does not answer just now, so I cannot tell what you may do. So this is');
  });

  it('while Slack does not tell addresses the whole list comes, and says why', async () => {
    world.slack.fail('users.info', { status: 500 });
    const answer = await world.answer('Sam: /crm help');
    holds(answer, [...forPlanners, ...forOwners, ...forAll], []);
    expect(answer).toContain('Slack does not answer just now.');
  });
});
