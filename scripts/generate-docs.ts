/** Writes the documents that derive from the code; with `--check` it only says which of them are stale. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandsDocument } from './documents/commands.ts';
import { schemaDocument } from './documents/graphql.ts';
import { exampleManifest } from './documents/manifest.ts';
import { permissionsDocument } from './documents/permissions.ts';
import { envExample, settingsDocument } from './documents/settings.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const MEND = 'npx tsx scripts/generate-docs.ts';

const DOCUMENTS: Readonly<Record<string, () => string>> = {
  'docs/commands.md': commandsDocument,
  'docs/permissions.md': permissionsDocument,
  'docs/schema.graphql': schemaDocument,
  'docs/settings.md': settingsDocument,
  '.env.example': envExample,
  'manifest.yml': exampleManifest,
};

/** What a file holds, or null when there is none. */
function current(path: string): string | null {
  try {
    return readFileSync(join(ROOT, path), 'utf8');
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}

const stale = Object.entries(DOCUMENTS)
  .map(([path, render]) => ({ path, text: render() }))
  .filter(({ path, text }) => current(path) !== text);

if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is stale: it does not say what the code does.`);
  if (stale.length > 0) {
    console.error(`Write it anew and commit it: ${MEND}`);
    process.exitCode = 1;
  }
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(ROOT, path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
    console.log(`wrote ${path}`);
  }
}
