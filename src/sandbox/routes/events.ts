import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Bell } from '../bell.ts';

const HEARTBEAT_MS = 20_000;

/** `GET /sandbox/api/events`: one server-sent event for each topic that changed, without saying what. */
export function addEvents(app: FastifyInstance, bell: Bell): void {
  const open = new Set<ServerResponse>();
  // Streams would keep the server from closing.
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  app.get('/sandbox/api/events', (_request, reply) => {
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    stream.write('retry: 1000\n\n');
    open.add(stream);
    const stop = bell.listen((topics) => {
      for (const topic of topics) stream.write(`event: ${topic}\ndata: {}\n\n`);
    });
    const heartbeat = setInterval(() => stream.write(': still here\n\n'), HEARTBEAT_MS);
    const end = () => stream.end();
    bell.stopped.addEventListener('abort', end, { once: true });
    stream.on('close', () => {
      open.delete(stream);
      clearInterval(heartbeat);
      bell.stopped.removeEventListener('abort', end);
      stop();
    });
  });
}
