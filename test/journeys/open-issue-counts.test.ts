import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

describe('the contacts of an issue', () => {
  it('come with how many open issues each has that the asker may read, as other lists do', async () => {
    await world.answer('Max: /crm link acme/app#1 ada@example.com grace@example.org');
    await world.answer('Max: /crm link acme/app#4 ada@example.com');
    // Ada: #1, #2, and #4, which is confidential.
    expect(await world.answer('Pia: /crm contacts acme/app#1')).toContain(
      'Analytical Engines Ltd · +44 20 7946 0001 · C1 · 3 open issues [Show]',
    );
    expect(await world.answer('Pia: /crm find ada@example.com')).toContain('C1 · 3 open issues [Show]');
  });

  it('say no more in a note, which others read too', async () => {
    await world.answer('Pia: /crm link acme/app#1 ada@example.com');
    expect(await world.answer('Pia on acme/app#1: @tieline contacts')).not.toContain('open issue');
  });
});

describe('while GitLab does not say who may read a project elsewhere', () => {
  it.each(['find ada@example.com', 'contacts acme/app#1'])('%s is answered without counts', async (line) => {
    await world.rows.setGroup('globex/sales', { source: 'acme' });
    await world.answer('Kim: /crm link globex/sales/leads#1 ada@example.com group=acme');
    await world.answer('Pia: /crm link acme/app#1 ada@example.com');
    world.advance(61_000);
    const leads = world.gitlab.state().projects.find(({ path }) => path === 'leads');
    const path = new RegExp(`/projects/${leads?.id}/members`);
    world.gitlab.faults.respond({ path, status: 503, times: 1_000 });
    const without = await world.answer(`Pia: /crm ${line}`);
    expect(without).toContain('Ada Lovelace');
    expect(without).not.toContain('open issue');
    world.gitlab.faults.clear();
    expect(await world.answer(`Pia: /crm ${line}`)).toContain('C1 · 2 open issues');
  });
});
