import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('CRM of a group', () => {
  it('is turned on and off by its owner', async () => {
    await world.plays(`
      Max: /crm disable acme
      Tieline: Error: You may not change CRM settings in acme.
        It takes the Owner role there; ask one of its owners.
      Olga: /crm disable acme/platform
      Tieline: CRM is off for acme/platform now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Dev: /crm contacts acme/platform/infra/ops#1
      Tieline: acme/platform/infra/ops#1 has 1 contact.
        Nightly backup took nine hours
        Tommy Flowers · tommy@bletchley.example.org
        Bletchley Logistics · +44 1908 555 203 · C12 · 1 open issue [Show]
        [Link contacts] [Remove contacts] [Share]
      Olga: /crm disable acme/platform/infra
      Tieline: CRM is off for acme/platform/infra now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Dev: /crm contacts acme/platform/infra/ops#1
      Tieline: Error: CRM is off for acme/platform/infra.
        An owner of the group can turn it on.
      Olga presses: Turn on
      Tieline edits: CRM is on for acme/platform/infra now.
        [Turn off]
      Olga: /crm enable acme
      Tieline: CRM is on for acme already.
        [Turn off]
      Olga: /crm disable acme
      Tieline: CRM is off for acme now.
        Nobody sees or changes its contacts, there or in the groups that take theirs from it. Nothing was deleted.
        [Turn on]
      Olga: /crm find ada
      Tieline: Error: CRM is off for acme.
        An owner of the group can turn it on.
      Olga: /crm enable acme/support
      Tieline: CRM is on for acme/support already.
        Its contacts are those of acme, where CRM is off.
        [Turn off]
      Olga presses: Turn off
      Tieline edits: CRM is off for acme/support now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Nina: /crm disable acme
      Tieline: Error: Group acme does not exist, or you may not see it.
        A group is named by its full path, such as acme/support.
      Olga: /crm enable group=acme
      Tieline: CRM is on for acme now.
        [Turn off]
    `);
    expect((await world.rows.audit()).map(({ who, action, on }) => `${who} ${action} ${on}`)).toEqual([
      'olga group.settings_changed group 103',
      'olga group.settings_changed group 104',
      'olga group.settings_changed group 104',
      'olga group.settings_changed group 101',
      'olga group.settings_changed group 102',
      'olga group.settings_changed group 101',
    ]);
  });

  it('is asked about before a button turns it off', async () => {
    await world.plays(`
      Olga: /crm enable acme
      Tieline: CRM is on for acme already.
        [Turn off]
    `);
    expect(JSON.stringify(world.slack.messages().at(-1)?.blocks)).toContain(
      'Turn CRM off for acme? Nobody will see or change contacts there, owners included. Nothing is deleted.',
    );
  });
});

describe('a contact source', () => {
  it('is shown, set and taken back by its owner', async () => {
    await world.plays(`
      Olga: /crm source acme/platform/infra
      Tieline: acme/platform/infra sets no contact source: its contacts are those of acme.
        Set it with /crm source acme/platform/infra path/of/group
      Max: /crm source acme/platform/infra
      Tieline: Error: You may not change CRM settings in acme/platform/infra.
        It takes the Owner role there; ask one of its owners.
      Olga: /crm source acme/platform/infra acme/support
      Tieline: Warning: Contact source cannot be changed when issues already have contacts assigned from a different source.
        Remove the contacts from the issues of acme/platform/infra and its subgroups first.
        Nothing was changed.
      Pia: /crm unlink acme/platform/infra/ops#1 C12
      Tieline: 1 contact removed from acme/platform/infra/ops#1.
        - Tommy Flowers (tommy@bletchley.example.org): removed
      Olga: /crm source acme/platform/infra acme/support
      Tieline: acme/platform/infra takes its contacts from acme/support now.
        The contacts of acme stay there.
      Olga: /crm source acme/platform/infra acme/support
      Tieline: acme/platform/infra takes its contacts from acme/support already.
      Olga: /crm source acme/platform/infra
      Tieline: acme/platform/infra takes its contacts from acme/support.
        Set it with /crm source acme/platform/infra path/of/group
      Dev: /crm new contact Grace Hopper grace@example.com group=acme/platform/infra
      Tieline: Contact Grace Hopper created.
        E-mail: grace@example.com
        Number: C31
        Link to an issue with /crm link group/project#1 grace@example.com
      Olga: /crm link acme/platform/infra/ops#1 grace@example.com
      Tieline: 1 contact added to acme/platform/infra/ops#1.
        - Grace Hopper (grace@example.com): added
      Olga: /crm source acme/platform/infra none
      Tieline: Warning: Contact source cannot be changed when issues already have contacts assigned from a different source.
        Remove the contacts from the issues of acme/platform/infra and its subgroups first.
        Nothing was changed.
      Olga: /crm unlink acme/platform/infra/ops#1 grace@example.com
      Tieline: 1 contact removed from acme/platform/infra/ops#1.
        - Grace Hopper (grace@example.com): removed
      Olga: /crm disable acme/platform/infra
      Tieline: CRM is off for acme/platform/infra now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Olga: /crm source acme/platform/infra none
      Tieline: acme/platform/infra sets no contact source now: its contacts are those of acme.
        The contacts of acme/support stay there.
        CRM is off for acme/platform/infra.
      Olga: /crm source acme/platform/infra none
      Tieline: acme/platform/infra sets no contact source: its contacts are those of acme.
        CRM is off for acme/platform/infra.
      Olga: /crm source acme/platform/infra globex
      Tieline: Error: Group globex does not exist, or you may not see it.
        A group is named by its full path, such as acme/support.
    `);
  });
});

describe('a channel that hears of settings', () => {
  it('is told of those of its own hierarchy', async () => {
    await world.plays(`
      Olga: /crm notify on acme --only settings
      Tieline: This channel will hear what happens in acme.
        It is told about CRM turned on or off, contact sources changed.
        Stop with /crm notify off
      Olga: /crm disable acme/support
      Tieline: CRM is off for acme/support now.
        Nobody sees or changes the contacts of its issues. Nothing was deleted; groups below it have settings of their own.
        [Turn on]
      Tieline in #support: Olga Owens turned CRM off for acme/support.
      Olga: /crm source acme/support acme
      Tieline: acme/support takes its contacts from acme now.
        That turned CRM on for acme/support.
      Tieline in #support: Olga Owens let acme/support take its contacts from acme.
      Olga: /crm source acme/support none
      Tieline: acme/support sets no contact source now: its contacts are those of acme.
      Tieline in #support: Olga Owens removed the contact source of acme/support.
    `);
  });
});

describe('a channel that hears of customers', () => {
  it('is told names and which fields changed', async () => {
    await world.plays(`
      Olga in #sales: /crm notify on acme --only contacts,organizations
      Tieline: This channel will hear what happens in acme.
        It is told about contacts created, edited, activated or deactivated and organizations created, edited, activated or deactivated.
        Stop with /crm notify off
      Dev: /crm edit ada@example.com last=King phone=1
      Tieline: Ada King edited.
        Last name: Lovelace → King
        Phone: +44 20 7946 0001 → 1
      Tieline in #sales: Dev Devani edited the contact Ada King (formerly Ada Lovelace): last name and phone.
      Dev: /crm edit Navy rate=1
      Tieline: Navy edited.
        Default rate: 120.00 → 1.00
      Tieline in #sales: Dev Devani edited the organization Navy: default rate.
      Dev: /crm deactivate Navy
      Tieline: Navy is inactive now.
        Its contacts stay as they are.
        [Activate]
      Tieline in #sales: Dev Devani deactivated the organization Navy.
      Dev: /crm activate annie@apollo.example.org
      Tieline: Annie Easley is active now.
        [Deactivate]
      Tieline in #sales: Dev Devani activated the contact Annie Easley.
    `);
  });
});
