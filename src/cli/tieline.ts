import { Command } from 'commander';
import { auditCommand } from './audit.ts';
import { configCommand } from './config.ts';
import { deliveriesCommand } from './deliveries.ts';
import { doctorCommand } from './doctor.ts';
import { fromCli } from './exit.ts';
import { manifestCommand } from './manifest.ts';
import { migrateCommand } from './migrate.ts';
import { parseCommand } from './parse.ts';
import { policyCommand } from './policy.ts';
import { sandboxCommand, serveCommand, startCommand } from './serve.ts';
import { sweepCommand } from './sweep.ts';
import { webhookCommand } from './webhook.ts';

const program = new Command('tieline')
  .description('Ties GitLab issues to the customers behind them.')
  .addCommand(startCommand(), { hidden: true })
  .addCommand(serveCommand())
  .addCommand(sandboxCommand())
  .addCommand(migrateCommand())
  .addCommand(configCommand())
  .addCommand(doctorCommand())
  .addCommand(webhookCommand())
  .addCommand(manifestCommand())
  .addCommand(sweepCommand())
  .addCommand(auditCommand())
  .addCommand(deliveriesCommand())
  .addCommand(policyCommand())
  .addCommand(parseCommand())
  .showHelpAfterError('(tieline --help shows what there is)');

await fromCli(() => program.parseAsync());
