import { z } from 'zod';
import { type TokenName, translateFailure } from './failure.ts';
import type { GitLabLog } from './log.ts';
import { type CallReport, createTransport } from './transport.ts';

export interface RestOptions {
  /** The instance's address, with its path when it has one. */
  readonly url: string;
  readonly token: string;
  readonly tokenName: TokenName;
  /** For one try; 8 s unless said. */
  readonly timeoutMs?: number | undefined;
  readonly log: GitLabLog;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly onCall?: ((call: CallReport) => void) | undefined;
}

type Fields = Readonly<Record<string, string | number | boolean>>;

/**
 * Calls that gitbeaker has no name for, on the same transport: reads are tried again, writes never. What comes back
 * is checked by the schema. Fails like GitLabClient.
 */
export interface Rest {
  get<Schema extends z.ZodType>(schema: Schema, path: string, query?: Fields): Promise<z.output<Schema>>;
  /** All pages, 100 rows each; at most 50 of them. */
  list<Schema extends z.ZodType>(schema: Schema, path: string, query?: Fields): Promise<z.output<Schema>[]>;
  send<Schema extends z.ZodType>(
    schema: Schema,
    route: `${'POST' | 'PUT' | 'DELETE'} ${string}`,
    fields?: Fields,
  ): Promise<z.output<Schema>>;
}

/** An operator waits, and a test delivery waits for its receiver. */
const DEFAULT_TIMEOUT_MS = 8_000;
const PAGE = 100;
const MAX_PAGES = 50;

/** Makes the calls with one token. */
export function createRest(options: RestOptions): Rest {
  const base = new URL(`${options.url.replace(/\/+$/, '')}/api/v4/`);
  const transport = createTransport({
    base,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    onCall: (call: CallReport) => {
      options.log.debug(call, 'GitLab was asked');
      options.onCall?.(call);
    },
  });
  const headers = { authorization: `Bearer ${options.token}` };
  const checked = async <Schema extends z.ZodType>(schema: Schema, ask: Promise<{ body?: unknown }>) => {
    try {
      return schema.parse((await ask).body);
    } catch (error) {
      throw translateFailure(error, options.tokenName);
    }
  };
  const get: Rest['get'] = (schema, path, query = {}) => {
    const searchParams = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) searchParams.set(name, String(value));
    const request = { method: 'GET', headers, searchParams: searchParams.toString() };
    return checked(schema, transport(path, request as never));
  };
  return {
    get,
    list: async (schema, path, query) => {
      const rows: z.output<typeof schema>[] = [];
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const more = await get(z.array(schema), path, { ...query, per_page: PAGE, page });
        rows.push(...more);
        if (more.length < PAGE) break;
      }
      return rows;
    },
    send: (schema, route, fields = {}) => {
      const [method, path = ''] = route.split(' ');
      const json = { ...headers, 'content-type': 'application/json' };
      return checked(
        schema,
        transport(path, { method, headers: json, body: JSON.stringify(fields) } as never),
      );
    },
  };
}
