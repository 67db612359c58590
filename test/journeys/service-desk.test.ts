import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

const MAIL = {
  subject: 'The export stops',
  body: 'It stops at 90 %.',
  from: 'robot@example.org',
  replyTo: 'ADA@example.com',
  cc: ['hedy@example.org', 'nobody@example.net'],
};

/** A mail to acme's desk; gives the reference of the issue it becomes. */
async function arrives(mail: typeof MAIL | Omit<typeof MAIL, 'cc' | 'replyTo'>): Promise<string> {
  const { iid } = await world.gitlab.receiveMail('acme/support/desk', mail);
  await world.settled();
  return `acme/support/desk#${iid}`;
}

describe('an issue that comes in by mail', () => {
  it('is linked to whom it is from and to whom it went, and nobody is made up', async () => {
    await world.rows.subscribe('C0SALES01', 'acme');
    const before = await world.db.database.prisma.contact.count();
    const issue = await arrives(MAIL);
    expect(await world.rows.linked(issue)).toEqual(['ada@example.com', 'hedy@example.org']);
    expect(await world.db.database.prisma.contact.count()).toBe(before);
    expect(world.heard()).toEqual([`Tieline in #sales: Tieline linked 2 contacts to ${issue}`]);
  });

  it('goes by From where there is no Reply-To', async () => {
    const { subject, body } = MAIL;
    const issue = await arrives({ subject, body, from: 'hedy@example.org' });
    expect(await world.rows.linked(issue)).toEqual(['hedy@example.org']);
  });

  it('has no command of its text carried out', async () => {
    const issue = await arrives({ ...MAIL, body: '@tieline add_contacts grace@example.com' });
    expect(await world.rows.linked(issue)).toEqual(['ada@example.com', 'hedy@example.org']);
    expect(world.heard()).toEqual([]);
  });

  it('is linked by a sweep where no hook told of it, once, and what people change stays so', async () => {
    world.gitlab.faults.dropDeliveries(10);
    const issue = await arrives(MAIL);
    world.gitlab.faults.clear();
    expect(await world.rows.linked(issue)).toEqual([]);
    // As a GitLab without a log of its deliveries.
    world.gitlab.faults.respond({ path: /\/hooks\/\d+\/events$/, status: 404, times: 20 });
    const report = await world.tieline.sweep();
    expect(report?.mended).toContainEqual(
      expect.objectContaining({ reference: issue, what: 'linked', detail: '2 contacts' }),
    );
    expect(await world.rows.linked(issue)).toEqual(['ada@example.com', 'hedy@example.org']);
    await world.answer(`Pia on ${issue}: @tieline remove_contacts ada@example.com`);
    expect((await world.tieline.sweep())?.mended.filter(({ what }) => what === 'linked')).toEqual([]);
    expect(await world.rows.linked(issue)).toEqual(['hedy@example.org']);
  });
});
