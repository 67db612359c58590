import type { Database } from '../../src/db/client.ts';

/** Takes a database back to how it was, in milliseconds. */
export interface SeedCopy {
  restore(): Promise<void>;
}

/** Rows of the earlier tables are referred to by rows of the later ones. */
const IN_ORDER = [
  'groups',
  'group_settings',
  'projects',
  'issues',
  'organizations',
  'contacts',
  'issue_contacts',
];

/**
 * Copies every row of a database beside itself. `restore` empties all tables, deliveries and messages too, puts the
 * rows back and lets new ones be numbered from where they were.
 */
export async function copySeed({ prisma }: Database): Promise<SeedCopy> {
  const tables = (
    await prisma.$queryRaw<{ name: string }[]>`
      SELECT tablename AS name FROM pg_tables
      WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`
  ).map((row) => row.name);
  const missing = IN_ORDER.filter((name) => !tables.includes(name));
  if (missing.length > 0) throw new Error(`no such tables: ${missing.join(', ')}`);
  await prisma.$executeRawUnsafe('CREATE SCHEMA seed');
  const statements: string[] = [];
  for (const name of IN_ORDER) {
    const columns = await prisma.$queryRaw<{ name: string }[]>`
      SELECT quote_ident(column_name) AS name FROM information_schema.columns
      WHERE table_schema = 'public' AND table_name = ${name} AND is_generated = 'NEVER'`;
    const list = columns.map((column) => column.name).join(', ');
    await prisma.$executeRawUnsafe(`CREATE TABLE seed.${name} AS SELECT ${list} FROM public.${name}`);
    statements.push(`INSERT INTO public.${name} (${list}) SELECT ${list} FROM seed.${name}`);
  }
  const sequences = await prisma.$queryRaw<{ name: string; last: bigint | null }[]>`
    SELECT sequencename AS name, last_value AS last FROM pg_sequences WHERE schemaname = 'public'`;
  for (const { name, last } of sequences) {
    statements.push(`PERFORM setval('public.${name}', ${last ?? 1}, ${last !== null})`);
  }
  // Emptying rather than truncating: that would make new files for every table and index, each time.
  const others = tables.filter((name) => !IN_ORDER.includes(name));
  const empty = [...others, ...IN_ORDER.toReversed()].map((name) => `DELETE FROM public.${name}`);
  const script = [...empty, ...statements].join(';\n');
  return {
    restore: async () => {
      await prisma.$executeRawUnsafe(`DO $restore$ BEGIN\n${script};\nEND $restore$`);
    },
  };
}
