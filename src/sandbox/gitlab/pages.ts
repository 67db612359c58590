/** Pagination as GitLab's REST API does it: pages with `X-Total` and `Link`, or keyset with an opaque cursor in `Link`. */
import type { FastifyReply } from 'fastify';
import type { Params } from './params.ts';

const PER_PAGE = 20;
const MAX_PER_PAGE = 100;

/** The request that a page is cut for, and the reply that its headers go on. */
export interface PageRequest {
  params: Params;
  reply: FastifyReply;
  /** Absolute address of the request with its query. */
  address: string;
}

function linked(address: string, changes: Record<string, string>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(changes)) url.searchParams.set(name, value);
  return url.href;
}

function linkHeader(links: readonly (readonly [rel: string, href: string])[]): string {
  return links.map(([rel, href]) => `<${href}>; rel="${rel}"`).join(', ');
}

function keysetPage<Row>(request: PageRequest, rows: readonly Row[], key: (row: Row) => number): Row[] {
  const size = perPage(request.params);
  const cursor = request.params.text('cursor');
  const after = cursor === undefined ? null : Number(Buffer.from(cursor, 'base64url').toString());
  const start = after === null ? 0 : rows.findIndex((row) => key(row) === after) + 1;
  const page = rows.slice(start, start + size);
  const last = page.at(-1);
  if (last !== undefined && start + size < rows.length) {
    const next = Buffer.from(String(key(last))).toString('base64url');
    void request.reply.header('link', linkHeader([['next', linked(request.address, { cursor: next })]]));
  }
  return page;
}

function perPage(params: Params): number {
  return Math.min(Math.max(params.integer('per_page') ?? PER_PAGE, 1), MAX_PER_PAGE);
}

function offsetPage<Row>(request: PageRequest, rows: readonly Row[]): Row[] {
  const size = perPage(request.params);
  const page = Math.max(request.params.integer('page') ?? 1, 1);
  const pages = Math.max(Math.ceil(rows.length / size), 1);
  const at = (number: number) => linked(request.address, { page: String(number), per_page: String(size) });
  const next: [string, string][] = page < pages ? [['next', at(page + 1)]] : [];
  const previous: [string, string][] = page > 1 ? [['prev', at(page - 1)]] : [];
  const links = [...previous, ...next, ['first', at(1)], ['last', at(pages)]] as const;
  void request.reply.headers({
    link: linkHeader(links.map(([rel = '', href = '']) => [rel, href] as const)),
    'x-page': String(page),
    'x-per-page': String(size),
    'x-next-page': page < pages ? String(page + 1) : '',
    'x-prev-page': page > 1 ? String(page - 1) : '',
    'x-total': String(rows.length),
    'x-total-pages': String(pages),
  });
  return rows.slice((page - 1) * size, page * size);
}

/** The rows of the page asked for; sets the headers that lead to the others. `key` tells rows apart for keyset cursors. */
export function paginate<Row>(request: PageRequest, rows: readonly Row[], key: (row: Row) => number): Row[] {
  const keyset = request.params.text('pagination') === 'keyset';
  return keyset ? keysetPage(request, rows, key) : offsetPage(request, rows);
}
