// Everything but the tests, as one list: `npm run check`. Each line says what to run alone.
import { spawnSync } from 'node:child_process';
import process from 'node:process';

const CHECKS = [
  ['types', 'npx', ['tsc', '--noEmit']],
  ['lint and format', 'npx', ['biome', 'check', '--error-on-warnings', '.']],
  ['import rules', 'npx', ['depcruise', 'src', 'test', 'scripts', '--config', '.dependency-cruiser.cjs']],
  ['unused code', 'npx', ['knip']],
  ['generated documents', process.execPath, ['--import', 'tsx', 'scripts/generate-docs.ts', '--check']],
  ['schema and migrations', process.execPath, ['--import', 'tsx', 'scripts/check-drift.ts']],
];

let failed = 0;
spawnSync(process.execPath, ['scripts/generate-prisma.mjs', '--if-needed'], { stdio: 'inherit' });
for (const [name, command, args] of CHECKS) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`);
  if (status === 0) continue;
  failed += 1;
  process.stdout.write(`${stdout}${stderr}\n     run it alone: ${['npx', ...args].join(' ')}\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
