import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const PAGE = fileURLToPath(new URL('../page/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Nothing but what this server sends is ever run or shown, and nobody may frame the page. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly tag: string;
}

async function readAssets(): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>();
  for (const entry of await readdir(PAGE, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const body = await readFile(path);
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`;
    assets.set(path.slice(PAGE.length).replaceAll('\\', '/'), { type, body, tag });
  }
  return assets;
}

function send(asset: Asset | undefined, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (asset === undefined) return reply.code(404).send({ error: 'There is no such file.' });
  reply
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-cache')
    .header('etag', asset.tag);
  if (request.headers['if-none-match'] === asset.tag) return reply.code(304).send();
  return reply.type(asset.type).send(asset.body);
}

/** The page at `/` and what it consists of below `/sandbox/assets/`, read once. */
export async function addAssets(app: FastifyInstance): Promise<void> {
  const assets = await readAssets();
  app.get('/', (request, reply) => send(assets.get('index.html'), request, reply));
  app.get<{ Params: { '*': string } }>('/sandbox/assets/*', (request, reply) =>
    send(assets.get(request.params['*']), request, reply),
  );
}
