import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CommandContext } from '../../../src/commands/context.ts';
import { show } from '../../../src/commands/definitions/show.ts';
import { parseCustomerAddress } from '../../../src/domain/customer-address.ts';
import { type Stage, startStage } from '../../support/services.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.close());
beforeEach(() => stage.db.empty());

/** The link on somebody's card; null where it has none. */
async function linkOn(reference: string, publicUrl?: string): Promise<string | null> {
  const context: CommandContext = {
    deps: { ...stage.deps, ...(publicUrl !== undefined && { publicUrl }) },
    actor: stage.actor('pia'),
    where: {
      surface: 'slack',
      place: { teamId: 'T1', channelId: 'C1', slackUserId: 'U1' },
      group: 'acme',
      identifiedBy: 'oauth',
    },
    typed: `show ${reference}`,
    botUsername: 'tieline',
  };
  const { blocks } = await show.execute(context, { reference });
  const fields = blocks.flatMap((block) => (block.kind === 'fields' ? block.fields : []));
  const value = fields.find(({ label }) => label === 'Link')?.value;
  const [span] = Array.isArray(value) ? value : [];
  return span?.href ?? null;
}

describe('a card', () => {
  it.each(['https://crm.example.com', 'https://example.com/tieline/'])(
    'holds the address below %s that unfurls into it',
    async (publicUrl) => {
      const { id } = await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
      const link = (await linkOn('ada@example.com', publicUrl)) ?? '';
      expect(link).toBe(`${publicUrl.replace(/\/$/, '')}/groups/acme/-/contacts/C${id}`);
      expect(parseCustomerAddress(link, publicUrl)).toEqual({ group: 'acme', reference: `C${id}` });
    },
  );

  it('of an organization holds its own', async () => {
    const { id } = await stage.organization('acme', 'Navy');
    const link = (await linkOn('Navy', 'https://crm.example.com')) ?? '';
    expect(link).toBe(`https://crm.example.com/groups/acme/-/organizations/O${id}`);
    expect(parseCustomerAddress(link, 'https://crm.example.com')).toEqual({
      group: 'acme',
      reference: `O${id}`,
    });
  });

  it('holds none where nobody said how Tieline is reached', async () => {
    await stage.contact('acme', 'Ada Lovelace', { email: 'ada@example.com' });
    expect(await linkOn('ada@example.com')).toBeNull();
  });
});
