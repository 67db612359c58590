import { openSchemaEngine } from '../src/db/schema-engine.ts';
import { openSingleConnection } from '../src/db/single-connection.ts';

/** Makes in an empty database what a Prisma schema describes, as `prisma db push` would. */
export async function createFromSchema(connectionString: string, schema: string): Promise<void> {
  const connection = await openSingleConnection(connectionString, async () => {});
  try {
    const engine = await openSchemaEngine(connection.factory);
    const { stdout } = await engine.diff({
      from: { tag: 'empty' },
      to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    engine.free();
    await connection.client.query(stdout ?? '');
  } finally {
    await connection.close();
  }
}
