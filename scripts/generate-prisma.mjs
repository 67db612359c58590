/**
 * Generates the Prisma client into src/db/generated, without network and without Prisma's engine binaries.
 * `--if-needed` does nothing when the client on disk was made from this schema by this version of Prisma.
 * Plain JavaScript on Node alone: npm runs it before anything else of the package can run.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const schemaPath = join(root, 'prisma', 'schema.prisma');
const generatedPath = join(root, 'src', 'db', 'generated');
const stampPath = join(generatedPath, '.stamp');
const outputInSchema = '"../src/db/generated"';
const scratchPrefix = '.new-';
const ifNeeded = process.argv.includes('--if-needed');

try {
  main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function main() {
  const schema = readFileSync(schemaPath, 'utf8');
  const prismaPackage = findPrisma();
  if (prismaPackage === null) return;
  const { version } = JSON.parse(readFileSync(prismaPackage, 'utf8'));
  const stamp = createHash('sha256').update(version).update('\0').update(schema).digest('hex');
  if (ifNeeded && isCurrent(stamp)) return;
  generate({ schema, stamp, prismaCli: join(dirname(prismaPackage), 'build', 'index.js') });
}

/** Null where npm prepares a package whose dependencies it was told not to install (--package-lock-only). */
function findPrisma() {
  try {
    return createRequire(import.meta.url).resolve('prisma/package.json');
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    if (ifNeeded) throw new Error('The dependencies are not installed. Run npm ci first.');
    return null;
  }
}

function isCurrent(stamp) {
  return existsSync(stampPath) && readFileSync(stampPath, 'utf8') === stamp;
}

/**
 * Made beside the old client and then swapped in: a generation that is killed, or two at once, must not leave
 * half a client behind for a program that is just starting.
 */
function generate({ schema, stamp, prismaCli }) {
  if (!schema.includes(outputInSchema)) throw new Error(`${schemaPath} must have output = ${outputInSchema}`);
  const scratch = join(generatedPath, `${scratchPrefix}${process.pid}`);
  const scratchSchema = join(scratch, 'schema.prisma');
  const client = join(scratch, 'client');
  mkdirSync(scratch, { recursive: true });
  try {
    writeFileSync(scratchSchema, schema.replace(outputInSchema, '"./client"'));
    runPrisma(prismaCli, scratchSchema);
    restoreOutput(join(client, 'internal', 'class.ts'));
    swapIn(client);
    writeFileSync(stampPath, stamp);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Runs `prisma generate`; the engine path only has to name some file, or Prisma would go and download one. */
function runPrisma(prismaCli, schemaFile) {
  const result = spawnSync(process.execPath, [prismaCli, 'generate', '--no-hints', '--schema', schemaFile], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      CHECKPOINT_DISABLE: '1',
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    },
  });
  if (result.error) throw new Error(`prisma generate could not be started: ${result.error.message}`);
  if (result.status !== 0) throw new Error(`prisma generate failed:\n${result.stdout}\n${result.stderr}`);
}

/** The client carries the text of its schema; it should be the one under version control. */
function restoreOutput(classPath) {
  const text = readFileSync(classPath, 'utf8');
  const quoted = (value) => value.replaceAll('"', '\\"');
  writeFileSync(classPath, text.replaceAll(quoted('"./client"'), quoted(outputInSchema)));
}

/** Moves the new client's entries in, and everything else out except what another generation is working on. */
function swapIn(client) {
  rmSync(stampPath, { force: true });
  const fresh = readdirSync(client);
  for (const name of readdirSync(generatedPath)) {
    const busy = name.startsWith(scratchPrefix) && isAlive(Number(name.slice(scratchPrefix.length)));
    if (!busy && !fresh.includes(name)) rmSync(join(generatedPath, name), { recursive: true, force: true });
  }
  for (const name of fresh) {
    rmSync(join(generatedPath, name), { recursive: true, force: true });
    renameSync(join(client, name), join(generatedPath, name));
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
