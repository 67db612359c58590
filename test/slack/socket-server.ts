import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

/** Slack's side of Socket Mode: `apps.connections.open`, and WebSockets (RFC 6455) that speak its envelopes. */
export interface SocketServer {
  readonly origin: string;
  readonly apiUrl: string;
  /** What came in answer to envelopes. */
  readonly acks: { envelope_id: string; payload: Record<string, unknown> }[];
  /** What was posted to the response address. */
  readonly posted: Record<string, unknown>[];
  /** How often an address for a connection was asked for. */
  readonly opened: () => number;
  readonly lines: () => number;
  /** Answers the next questions for an address with this error. */
  refuse(error: string | null): void;
  send(envelope: object): void;
  /** Cuts every connection without a word. */
  cut(): void;
  /** Waits for a condition, looked at after everything that happens here. */
  until(what: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function startSocketServer(): Promise<SocketServer> {
  const acks: SocketServer['acks'] = [];
  const posted: SocketServer['posted'] = [];
  const lines = new Set<Duplex>();
  const waiting = new Set<() => void>();
  const happened = () => {
    for (const look of [...waiting]) look();
  };
  let opened = 0;
  let refusal: string | null = null;
  const server = createServer(async (request, response) => {
    const body = await textOf(request);
    if (request.url === '/response') posted.push(JSON.parse(body) as Record<string, unknown>);
    let answer: object = { ok: true, team: 'Acme', user: 'tieline' };
    if (request.url === '/api/apps.connections.open') {
      opened += 1;
      answer =
        refusal === null
          ? { ok: true, url: `${origin.replace('http', 'ws')}/link` }
          : { ok: false, error: refusal };
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    happened();
  });
  server.on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    lines.add(socket);
    readFrames(socket, (text) => {
      acks.push(JSON.parse(text) as SocketServer['acks'][number]);
      happened();
    });
    const gone = () => {
      lines.delete(socket);
      happened();
    };
    socket.on('close', gone).on('error', gone);
    socket.write(frame(JSON.stringify({ type: 'hello', num_connections: 1 })));
    happened();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    apiUrl: `${origin}/api/`,
    acks,
    posted,
    opened: () => opened,
    lines: () => lines.size,
    refuse: (error) => {
      refusal = error;
    },
    send: (envelope) => {
      for (const line of lines) line.write(frame(JSON.stringify(envelope)));
    },
    cut: () => {
      for (const line of lines) line.destroy();
    },
    until: (what) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (!what()) return;
          clearTimeout(timer);
          waiting.delete(look);
          resolve();
        };
        const timer = setTimeout(() => {
          waiting.delete(look);
          reject(new Error('not within 5 s'));
        }, 5_000);
        waiting.add(look);
        look();
      }),
    close: async () => {
      for (const line of lines) line.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

/** One whole text frame, unmasked as servers send it. */
function frame(text: string): Buffer {
  const body = Buffer.from(text);
  const head =
    body.length < 126
      ? Buffer.from([0x81, body.length])
      : Buffer.from([0x81, 126, body.length >> 8, body.length & 255]);
  return Buffer.concat([head, body]);
}

/** Reads masked frames; answers pings and a close as the protocol asks. */
function readFrames(socket: Duplex, onText: (text: string) => void): void {
  let buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    buffer = Buffer.concat([buffer, chunk]);
    for (;;) {
      if (buffer.length < 2) return;
      const short = (buffer[1] ?? 0) & 127;
      const at = short === 126 ? 4 : 2;
      if (buffer.length < at + 4) return;
      const length = short === 126 ? buffer.readUInt16BE(2) : short;
      if (buffer.length < at + 4 + length) return;
      const mask = buffer.subarray(at, at + 4);
      const body = Buffer.from(
        buffer.subarray(at + 4, at + 4 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
      );
      const kind = (buffer[0] ?? 0) & 15;
      buffer = buffer.subarray(at + 4 + length);
      if (kind === 1) onText(body.toString());
      else if (kind === 9) socket.write(Buffer.concat([Buffer.from([0x8a, body.length]), body]));
      else if (kind === 8) socket.end(Buffer.concat([Buffer.from([0x88, body.length]), body]));
    }
  });
}
