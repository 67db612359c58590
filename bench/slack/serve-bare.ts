/** The least that a Slack app can do: verify the signature and acknowledge. Prints its address. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const [, , secret = ''] = process.argv;

const isSlacks = (body: string, timestamp: string, signature: string): boolean => {
  const wanted = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const timestamp = String(request.headers['x-slack-request-timestamp']);
    const signature = String(request.headers['x-slack-signature']);
    const late = Math.abs(Date.now() / 1000 - Number(timestamp)) > 300;
    const fits = !late && isSlacks(Buffer.concat(chunks).toString(), timestamp, signature);
    response.writeHead(fits ? 200 : 401).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  console.log(
    JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events` }),
  );
});
