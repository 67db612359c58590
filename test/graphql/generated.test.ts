import { expect, test } from 'vitest';
import { drawFrom, type Generated, generate } from './grammar.ts';
import { useApi } from './use-api.ts';

const world = useApi();

/** 20,000 in continuous integration. */
const RUNS = Number(process.env['GRAPHQL_RUNS'] ?? 300);
const SEED = Number(process.env['GRAPHQL_SEED'] ?? 20_261_122);
const AT_ONCE = 4;
/** Few requests on a machine that does other things say little. */
const P99_MS = RUNS >= 5_000 ? 200 : 2_000;

interface Sent extends Generated {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

async function send(generated: Generated, token: string | null): Promise<Sent> {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (token !== null) headers['private-token'] = token;
  const started = performance.now();
  const response = await fetch(`${world.tieline.url}/api/graphql`, {
    method: 'POST',
    headers,
    body: generated.body,
  });
  const text = await response.text();
  return { ...generated, status: response.status, text, ms: performance.now() - started };
}

test('whatever is sent is answered as JSON, in time, and nothing over its limits is run', async () => {
  const draw = drawFrom(SEED);
  const tokens = ['olga', 'dev', 'pia', 'gus', 'nina'].map((name) => world.gitlab.tokenOf(name));
  const sent: Sent[] = [];
  let left = RUNS;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const generated = generate(draw);
      const token = tokens[draw(tokens.length + 1)] ?? null;
      sent.push(await send(generated, token));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));

  const wrong = sent.filter(({ status, text }) => status >= 500 || text.includes('Internal server error'));
  expect(wrong.slice(0, 3)).toEqual([]);
  const run = sent.filter(({ isOverLimits, text }) => {
    const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: unknown[] };
    return isOverLimits && (Boolean(data) || errors.length === 0);
  });
  expect(run.slice(0, 3)).toEqual([]);

  const kinds = new Set(sent.map(({ kind }) => kind));
  expect(kinds.size).toBeGreaterThan(8);
  const answered = sent.filter(({ kind, text }) => kind === 'valid' && text.startsWith('{"data":{'));
  expect(answered.length).toBeGreaterThan(RUNS / 10);

  const times = sent.map(({ ms }) => ms).sort((one, other) => one - other);
  expect(times[Math.floor((times.length - 1) * 0.99)]).toBeLessThan(P99_MS);
}, 1_800_000);
