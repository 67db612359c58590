/** A worker in a process of its own, to be killed: its handler says how far it got and then never ends. */
import { createDatabase } from '../../src/db/client.ts';
import { startWorker } from '../../src/delivery/worker.ts';

const [connectionString = '', where = ''] = process.argv.slice(2);
const silent = () => {};
const endless = new Promise<never>(() => {});

startWorker({
  database: createDatabase({ connectionString, maxConnections: 4 }),
  log: { debug: silent, info: silent, warn: silent, error: silent },
  senders: {},
  handlers: {
    gitlab: async ({ key }) => {
      if (where === 'handling') await sayAndHang();
      return {
        outcome: 'never committed',
        write: async (tx) => {
          await tx.commandRun.create({
            data: {
              runKey: key,
              position: 0,
              command: 'mark',
              result: {},
            },
          });
          await sayAndHang();
        },
      };
    },
  },
});

async function sayAndHang(): Promise<never> {
  process.stdout.write('begun\n');
  return endless;
}
