import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

let loading: Promise<typeof import('@prisma/schema-engine-wasm')> | null = null;

/**
 * Prisma's schema engine on one database. It comes as WebAssembly, so that nothing has to be downloaded for the
 * platform, and is loaded once per process.
 */
export async function openSchemaEngine(
  factory: SqlMigrationAwareDriverAdapterFactory,
): Promise<SchemaEngine> {
  loading ??= loadEngine();
  const engine = await loading;
  const ignoreLog = () => {};
  return engine.SchemaEngine.new(
    { datamodels: undefined },
    ignoreLog,
    bindMigrationAwareSqlAdapterFactory(factory),
  );
}

// Node has it, the types of Node 20 name it only as a namespace.
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  instantiate(module: object, imports: object): Promise<{ exports: EngineExports }>;
};

interface EngineExports {
  __wbindgen_start(): void;
}

/** The package imports its .wasm file as a module, which Node 20 cannot; so it is put together by hand. */
async function loadEngine() {
  const glue = '@prisma/schema-engine-wasm/schema_engine_bg';
  const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const folder = dirname(createRequire(import.meta.url).resolve(glue));
  const module = await WebAssembly.compile(await readFile(join(folder, 'schema_engine_bg.wasm')));
  // The engine calls this before it aborts.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: rethrowPanic } });
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': { ...engine } });
  engine.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return engine;
}

function rethrowPanic(message: string): never {
  throw new Error(`Prisma's schema engine gave up: ${message}`);
}
