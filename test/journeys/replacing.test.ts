import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('replacing the contacts of an issue in a comment', () => {
  it('keeps who is named, adds who is new, and tells of the others by number', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline set_contacts [contact:ada@example.com] hedy@example.org
      Tieline on acme/app#1: 2 contacts added to acme/app#1.
        - ada@example.com: added
        - hedy@example.org: added
      Pia on acme/app#1: /crm set hedy@example.org radia@example.org
      Tieline on acme/app#1: 1 contact added and 1 removed on acme/app#1.
        - hedy@example.org: was there already
        - radia@example.org: added
        - C1: removed
    `);
    expect(await world.rows.linked('acme/app#1')).toEqual(['hedy@example.org', 'radia@example.org']);
  });

  it('adds up over lines, and removes nobody while a name is not known', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com
      Tieline on acme/app#1: 1 contact added to acme/app#1.
        - ada@example.com: added
      Pia on acme/app#1: @tieline set_contacts hedy@example.org
        @tieline set_contacts radya@example.org
      Tieline on acme/app#1: :warning: 1 contact added to acme/app#1.
        - hedy@example.org: added
        - radya@example.org: not found; the nearest match is Radia Perlman (radia@example.org)
        - C1: not removed: not every contact that was named is known
    `);
  });

  it('takes the quick action where the tracker leaves it in, and none for nobody', async () => {
    await world.plays(`
      Pia on acme/app#1: @tieline add_contacts ada@example.com hedy@example.org
      Tieline on acme/app#1: 2 contacts added to acme/app#1.
        - ada@example.com: added
        - hedy@example.org: added
      Pia on acme/app#1: /set_contacts None
      Tieline on acme/app#1: 2 contacts removed from acme/app#1.
        - C20: removed
        - C1: removed
      Pia on acme/app#1: /set_contacts none
      Tieline on acme/app#1: Nothing changed on acme/app#1.
      Pia on acme/app#1: @tieline set_contacts
      Tieline on acme/app#1: :warning: Contact is missing.
        Like this: @tieline set_contacts [contact:ada@example.com] grace@example.org
      Gus on acme/app#1: @tieline set_contacts none
      Tieline on acme/app#1: :warning: You may not change an issue's contacts in acme/app#1.
        It takes the Planner role or higher there; ask one of its owners.
    `);
    expect(await world.rows.linked('acme/app#1')).toEqual([]);
  });
});

describe('replacing the contacts of an issue on Slack', () => {
  it('names everybody', async () => {
    await world.plays(`
      Pia: /crm set acme/app#1 Hedy Lamarr annie@apollo.example.org
      Tieline: Warning: 1 contact added to acme/app#1.
        - Hedy Lamarr (hedy@example.org): added
        - Annie Easley (annie@apollo.example.org): not added: the contact is inactive
      Pia: /crm set acme/app#1 none
      Tieline: 1 contact removed from acme/app#1.
        - Hedy Lamarr (hedy@example.org): removed
      Pia: /crm set acme/app#1
      Gus: /crm set acme/app#1 none
      Tieline: Error: You may not change an issue's contacts in acme/app#1.
        It takes the Planner role or higher there; ask one of its owners.
    `);
    expect((await world.rows.audit()).map(({ who, action }) => `${who} ${action}`)).toEqual([
      'pia contact.linked',
      'pia contact.unlinked',
    ]);
  });
});
