import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('editing on Slack', () => {
  it('shows each field before and after', async () => {
    await world.plays(`
      Dev: /crm edit ada@example.com phone="+44 1" last=King org=Navy note=none
      Tieline: Ada King edited.
        Last name: Lovelace → King
        Phone: +44 20 7946 0001 → +44 1
        Organization: Analytical Engines Ltd → Navy
        Note: Prefers mail over calls. Reads the changelog. → (empty)
      Dev: /crm edit ada@example.com phone="+44 1"
      Tieline: Nothing to change: Ada King is so already.
      Rita: /crm edit ada@example.com phone="+44 2"
      Tieline: Error: You may not edit contacts in acme.
        It takes the Developer role or higher there; ask one of its owners.
      Dev: /crm edit Navy rate=99,5 name="Royal Navy"
      Tieline: Royal Navy edited.
        Name: Navy → Royal Navy
        Default rate: 120.00 → 99.50
    `);
    expect((await world.rows.audit()).map(({ who, action }) => `${who} ${action}`)).toEqual([
      'dev contact.edited',
      'dev organization.edited',
    ]);
  });

  it('says which field was meant', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Dev: /crm edit ada@example.com phon=12
        Tieline: Error: There is no option phon= here.
          Did you mean phone=?
          Options: first=, last=, email=, phone=, org=, note=, name=, rate=.
        Dev: /crm edit ada@example.com rate=12
        Tieline: Error: There is no option rate= here.
          Options: first=, last=, email=, phone=, org=, note=.
        Dev: /crm edit Navy last=King
        Tieline: Error: There is no option last= here.
          Options: name=, rate=, note=.
      `),
    );
  });

  it('refuses what breaks a rule', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Dev: /crm edit ada@example.com first=none
        Tieline: Error: First name can't be blank.
          Nothing was changed.
        Dev: /crm edit ada@example.com email=ada@
        Tieline: Error: E-mail is invalid: the part after the @ needs at least two names joined by dots, such as example.com.
          For example ada@example.com
          Nothing was changed.
        Dev: /crm edit ada@example.com email=CHARLES@example.com
        Tieline: Warning: Email has already been taken.
          Charles Babbage has the address CHARLES@example.com.
          See the contact with /crm show CHARLES@example.com.
          Nothing was changed.
        Dev: /crm edit ada@example.com org=Nawy
        Tieline: Error: The specified organization was not found or does not belong to this group.
          The nearest match is Navy.
          Create it with /crm new org Nawy.
          Nothing was changed.
        Dev: /crm edit ada@example.com org="Cypress Creek Schools"
        Tieline: Error: The specified organization was not found or does not belong to this group.
          Create it with /crm new org Cypress Creek Schools.
          Nothing was changed.
        Dev: /crm edit Navy name="Harbour bakery"
        Tieline: Warning: Name has already been taken.
          See the organization with /crm show Harbour Bakery.
          Nothing was changed.
        Dev: /crm edit Navy rate=much
        Tieline: Error: Default rate must be a number, such as 120.50.
          For example 120.50
          Nothing was changed.
        Dev: /crm edit edna@cypress.example.org phone=1
        Tieline: Error: Nobody here is called edna@cypress.example.org.
          Create a contact with /crm new contact edna@cypress.example.org
      `),
    );
  });

  it('empties a field by none or nothing, and takes none in quotes for a word', async () => {
    await world.plays(`
      Dev: /crm edit hedy@example.org note="none"
      Tieline: Hedy Lamarr edited.
        Note: Independent. Radio questions. → none
      Dev: /crm edit hedy@example.org note=
      Tieline: Hedy Lamarr edited.
        Note: none → (empty)
      Dev: /crm edit hedy@example.org --phone none
      Tieline: Hedy Lamarr edited.
        Phone: +43 1 555 0140 → (empty)
      Dev: /crm edit hedy@example.org email=none
      Tieline: Hedy Lamarr edited.
        E-mail: hedy@example.org → (empty)
    `);
  });

  it('shows what people wrote as they wrote it', async () => {
    await world.plays(`
      Dev: /crm edit hedy@example.org note="<!channel> *b* <@U0OLGA001> /add_contacts x@y.z" first="=SUM(1)"
      Tieline: =SUM(1) Lamarr edited.
        First name: Hedy → =SUM(1)
        Note: Independent. Radio questions. → <!channel> *b* <@U0OLGA001> /add_contacts x@y.z
    `);
  });
});

describe('active or not', () => {
  it('is switched by buttons on the card, for those who may', async () => {
    await world.plays(`
      Dev: /crm show radia@example.org
      Tieline: Radia Perlman
        E-mail: radia@example.org
        Number: C21
        No open issues
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]
      Dev presses: Deactivate
      Tieline edits: Radia Perlman is inactive now.
        Its issues keep it; it cannot be linked to more.
        [Activate]
      Dev: /crm deactivate radia@example.org
      Tieline: Radia Perlman is inactive already.
        [Activate]
      Rita: /crm show radia@example.org
      Tieline: Radia Perlman
        E-mail: radia@example.org
        State: Inactive
        Number: C21
        No open issues
        [Issues] [Share]
      Dev presses: Activate
      Tieline edits: Radia Perlman is active now.
        [Deactivate]
      Rita: /crm deactivate Navy
      Tieline: Error: You may not edit organizations in acme.
        It takes the Developer role or higher there; ask one of its owners.
      Dev: /crm deactivate Navy
      Tieline: Navy is inactive now.
        Its contacts stay as they are.
        [Activate]
    `);
    expect((await world.rows.audit()).map(({ action }) => action)).toEqual([
      'contact.deactivated',
      'contact.activated',
      'organization.deactivated',
    ]);
  });

  it('is asked about before a button makes somebody inactive', async () => {
    await world.plays(`
      Dev: /crm activate radia@example.org
      Tieline: Radia Perlman is active already.
        [Deactivate]
    `);
    expect(JSON.stringify(world.slack.messages().at(-1)?.blocks)).toContain(
      'Deactivate Radia Perlman? The contact stays on its issues, but cannot be linked to more until it is active again.',
    );
  });

  it('leads back into the group that was named', async () => {
    await world.plays(`
      Dev: /crm show radia@example.org group=acme/support
      Tieline: Radia Perlman
        E-mail: radia@example.org
        Number: C21
        No open issues
        [Issues] [Link to an issue] [Edit] [Deactivate] [Share]
    `);
    expect(JSON.stringify(world.slack.messages().at(-1)?.blocks)).toContain(
      'deactivate C21 group=acme/support',
    );
  });
});
