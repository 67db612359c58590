import { Command } from 'commander';
import { policyRows, renderPolicy } from '../policy/print.ts';

/** `tieline policy print`: the table of who may do what. */
export function policyCommand(): Command {
  const print = new Command('print')
    .description('Print who may do what: role by ability')
    .option('--json', 'print it as JSON')
    .action(({ json = false }: { json?: boolean }) => {
      console.log(json ? JSON.stringify({ abilities: policyRows() }, null, 2) : renderPolicy());
    });
  return new Command('policy').description('Look at the permissions').addCommand(print);
}
