/** The whole program on a filled database, with a make-believe GitLab and an address for answers. Prints its address. */
import { pino } from 'pino';
import { createDatabase } from '../../src/db/client.ts';
import { startTieline } from '../../src/main.ts';
import { startFakeGitLab } from '../../src/sandbox/gitlab/server.ts';
import { BENCH_WORLD } from '../bench-world.ts';

const [, , databaseUrl = '', secret = '', apiUrl = '', users = '50'] = process.argv;

const gitlab = await startFakeGitLab({ world: BENCH_WORLD });
const database = createDatabase({ connectionString: databaseUrl, maxConnections: 2 });
const olga = gitlab.state().users.find(({ username }) => username === 'olga');
await database.prisma.identity.createMany({
  data: Array.from({ length: Number(users) }, (_, index) => ({
    teamId: 'T1',
    slackUserId: `U${index}`,
    gitlabUserId: BigInt(olga?.id ?? 0),
    method: 'oauth',
  })),
  skipDuplicates: true,
});
await database.close();
const tieline = await startTieline({
  server: {
    port: 0,
    host: '127.0.0.1',
    publicUrl: null,
    databaseUrl,
    dataDir: 'unused',
    logLevel: null,
    sweepIntervalMs: 0,
  },
  platforms: {
    slack: { signingSecret: secret, botToken: 'xoxb-bench-token', apiUrl },
    gitlab: {
      url: gitlab.url,
      token: gitlab.tokenOf('tieline'),
      adminToken: null,
      webhookSecret: 'bench-webhook-secret',
      signingTokens: [],
      systemHookSecret: null,
    },
  },
  migrates: false,
  log: pino({ level: 'silent' }),
});
console.log(JSON.stringify({ url: `${tieline.url}/slack/events` }));
