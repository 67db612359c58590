import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const problems = () => world.db.database.prisma.$queryRaw<unknown[]>`SELECT key FROM health_problems`;

/** Looks once, and gives what was said in channels. */
async function look(): Promise<string[]> {
  await world.tieline.checkHealth();
  await world.settled();
  return world.heard();
}

const HEALTH = "what is wrong with Tieline's own tokens, webhooks and database";
const NO_ADDRESS = [
  'Tieline in #sales: Warning: Tieline needs a hand: PUBLIC_URL is not set, so webhooks cannot be looked for.',
  'What to do: set it to the address GitLab and Slack reach this server at, such as https://tieline.example.com.',
].join('\n');
const LOW_ROLE = [
  'Tieline in #sales: Warning: Tieline needs a hand: tieline is less than Maintainer of acme: it can answer, but not put webhooks on projects.',
  'What to do: make tieline a Maintainer of acme.',
].join('\n');

async function ownersHear(): Promise<void> {
  await world.plays(`
    Olga in #sales: /crm notify on acme --only health
    Tieline: This channel will hear what happens in acme.
      It is told about ${HEALTH}.
      Stop with /crm notify off
  `);
}

/** The bot's token as GitLab would describe it. */
const expiresIn = (days: number) => {
  const expires = new Date(Date.now() + days * 86_400_000 + 60_000).toISOString();
  const body = { name: 'bot', scopes: ['api'], expires_at: expires };
  world.gitlab.faults.respond({ path: /personal_access_tokens\/self/, status: 200, body, times: 2 });
};

describe('what is wrong with Tieline itself', () => {
  it('is told to a channel for which an Owner asked: once, and when it is over', async () => {
    await ownersHear();
    await world.gitlab.setRole('tieline', 'acme', 'developer');
    expect((await look()).sort()).toEqual([NO_ADDRESS, LOW_ROLE].sort());
    expect(await look()).toEqual([]);
    await world.gitlab.setRole('tieline', 'acme', 'maintainer');
    expect(await look()).toEqual([
      'Tieline in #sales: Over: tieline is less than Maintainer of acme: it can answer, but not put webhooks on projects.',
    ]);
  });

  it('is for Owners to ask for, and not among everything that a channel hears', async () => {
    await world.changesNothing(() =>
      world.plays(`
        Max in #sales: /crm notify on acme --only health,links
        Tieline: Error: You may not change CRM settings in acme.
          It takes the Owner role there; ask one of its owners.
      `),
    );
    await world.answer('Olga in #sales: /crm notify on acme');
    expect(await look()).toEqual([]);
    expect(await problems()).toHaveLength(1);
  });

  it('is told of one company to its own owners alone', async () => {
    await world.answer('Nina in #general: /crm notify on globex --only health');
    await world.gitlab.setRole('tieline', 'acme', 'developer');
    expect(await look()).toEqual([NO_ADDRESS.replace('#sales', '#general')]);
    expect(await problems()).toHaveLength(2);
    await world.gitlab.setRole('tieline', 'acme', 'maintainer');
  });

  it('is told again as the end of a token draws near, and only then', async () => {
    const told: number[] = [];
    for (const days of [40, 29, 20, 14, 8, 7, 3, 1, 0]) {
      expiresIn(days);
      const { raised } = await world.tieline.checkHealth();
      if (raised.some(({ what }) => what.startsWith('GITLAB_TOKEN expires'))) told.push(days);
    }
    expect(told).toEqual([29, 14, 7, 1]);
    const { resolved } = await world.tieline.checkHealth();
    expect(resolved.map(({ what }) => what)).toContainEqual(expect.stringContaining('GITLAB_TOKEN expires'));
  });

  it('is not taken for over while GitLab cannot be asked, and is told without a token or a secret in it', async () => {
    await world.answer('Olga in #support: /crm notify on acme --only health');
    await world.gitlab.setRole('tieline', 'acme', 'developer');
    await world.tieline.checkHealth();
    world.gitlab.faults.respond({ path: /./, status: 401, times: Number.POSITIVE_INFINITY });
    const blind = await world.tieline.checkHealth();
    expect(blind.resolved).toEqual([]);
    expect(blind.raised.map(({ check }) => check)).toContain('gitlab.token');
    world.gitlab.faults.clear();
    await world.gitlab.setRole('tieline', 'acme', 'maintainer');
    const { resolved } = await world.tieline.checkHealth();
    expect(resolved.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['gitlab.role', 'gitlab.token']),
    );
    const kept = await world.db.database.prisma.$queryRaw<{ text: string }[]>`
      SELECT payload::text AS text FROM outbox UNION ALL SELECT p::text FROM health_problems p`;
    expect(kept.length).toBeGreaterThan(4);
    const { gitlab, slack } = world.config;
    const secrets = [gitlab.token, gitlab.adminToken ?? '-', gitlab.webhookSecret, slack.signingSecret];
    for (const secret of secrets) expect(kept.filter(({ text }) => text.includes(secret))).toEqual([]);
    await world.settled();
    world.heard();
  });
});
