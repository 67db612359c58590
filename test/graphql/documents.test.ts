import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { asker } from './client.ts';
import { SCHEMA } from './every-field.ts';
import { createClient } from './typed-client.ts';
import { useApi } from './use-api.ts';

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), 'utf8');
const PAGE = read('../../docs/graphql.md');
const world = useApi();
const ask = asker(world);

const EXAMPLES = [...PAGE.matchAll(/```graphql\n([\s\S]*?)```\s+```json\n([\s\S]*?)```/g)].map(
  ([, query = '', answer = '']) => ({ query, answer }),
);

describe('docs/graphql.md', () => {
  test('has an answer below every example', () => {
    expect(EXAMPLES).toHaveLength(PAGE.split('```graphql').length - 1);
    expect(EXAMPLES.length).toBeGreaterThan(4);
  });

  test.each(EXAMPLES)('gives what $query answers a Developer', async ({ query, answer }) => {
    expect(validate(SCHEMA, parse(query))).toEqual([]);
    const { data, messages } = await ask('dev', query);
    expect(messages).toEqual([]);
    expect(data).toEqual(JSON.parse(answer));
  });

  test('shows the client that is tried below', () => {
    const [, shown] = /```ts\n([\s\S]*?)```/.exec(PAGE) ?? [];
    expect(shown).toBe(read('./typed-client.ts'));
  });
});

describe('the sandbox’s page to ask with', () => {
  const script = read('../../src/sandbox/page/js/graphql.js');
  const queries = [...script.matchAll(/const [A-Z]+ = `([\s\S]*?)`;/g)].map(([, query = '']) => query);

  test.each(queries)('asks what is answered: %s', async (query) => {
    const { data, messages } = await ask('gus', query);
    expect(messages).toEqual([]);
    expect(data).not.toBeNull();
  });

  test('has an example, and reads the schema', () => {
    expect(queries).toHaveLength(2);
  });
});

test('the typed client walks through all pages', async () => {
  const client = createClient(world.tieline.url, world.gitlab.tokenOf('pia'));
  const names = [];
  for await (const { lastName } of client.contacts('acme')) names.push(lastName);
  expect(names).toHaveLength(24);
  expect(names).toEqual([...names].sort((one, other) => one.localeCompare(other)));
  const found = [];
  for await (const { organization } of client.contacts('acme', 'ada@')) found.push(organization?.name);
  expect(found).toEqual(['Analytical Engines Ltd']);
  await expect(client.contacts('globex').next()).rejects.toThrow('there is no group globex');
});
