import { describe, expect, test } from 'vitest';
import { asker, NOT_AVAILABLE, post } from './client.ts';
import { useApi } from './use-api.ts';

const world = useApi();
const ask = asker(world);
const send = (body: unknown, headers: Record<string, string> = {}) =>
  post(world.tieline.url, typeof body === 'string' ? body : JSON.stringify(body), headers);
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

const ME = '{ currentUser { username name webUrl } }';

describe('whose a request is', () => {
  test('is told by a bearer or a private token', async () => {
    const token = world.gitlab.tokenOf('dev');
    const me = { username: 'dev', name: 'Dev Devani', webUrl: `${world.gitlab.url}/dev` };
    expect((await send({ query: ME }, bearer(token))).data.currentUser).toEqual(me);
    expect((await send({ query: ME }, { 'private-token': token })).data.currentUser).toEqual(me);
  });

  test('is nobody without a token, who sees nothing of anybody', async () => {
    const { status, data, messages } = await ask(
      null,
      `{ currentUser { username } group(fullPath: "acme") { id } project(fullPath: "acme/app") { id }
        namespace(fullPath: "acme") { id } issue(id: "gid://gitlab/Issue/5001") { id }
        workItem(id: "gid://gitlab/WorkItem/5001") { id } echo(text: "hi") }`,
    );
    expect([status, messages]).toEqual([200, []]);
    expect(data).toEqual({
      currentUser: null,
      group: null,
      project: null,
      namespace: null,
      issue: null,
      workItem: null,
      echo: '"nil" says: hi',
    });
  });

  test.each([
    ['a made-up token', bearer('made-up-token-0001')],
    ['another scheme', { authorization: 'Basic ZGV2OnNlY3JldA==' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['an empty private token beside a good one', { 'private-token': '' }],
    ['a token with spaces', { 'private-token': 'a b c d e f' }],
  ])('is not told by %s', async (_, headers) => {
    const { status, messages } = await send({ query: ME }, headers);
    expect([status, messages]).toEqual([401, ['Invalid token']]);
  });

  test('is not told by the token of a blocked person, nor by one that may not read the API', async () => {
    for (const token of [world.gitlab.tokenOf('bea'), world.gitlab.createToken('dev', ['read_user'])]) {
      const { status, messages } = await send({ query: ME }, bearer(token));
      expect([status, messages]).toEqual([401, ['Invalid token']]);
    }
  });

  test('may read but not write with the scope read_api', async () => {
    const headers = bearer(world.gitlab.createToken('olga', ['read_api']));
    const read = await send({ query: '{ group(fullPath: "acme") { contacts { nodes { id } } } }' }, headers);
    expect(read.data.group.contacts.nodes).not.toEqual([]);
    const query = `mutation { customerRelationsContactCreate(input: { groupId: "gid://gitlab/Group/101",
      firstName: "A", lastName: "B" }) { errors } }`;
    const contacts = await world.db.database.prisma.contact.count();
    expect((await send({ query }, headers)).messages).toEqual([NOT_AVAILABLE]);
    expect(await world.db.database.prisma.contact.count()).toBe(contacts);
  });

  test('is asked of GitLab once, however many requests come', async () => {
    const token = world.gitlab.createToken('rita', ['api']);
    world.gitlab.clearRequests();
    for (let count = 0; count < 5; count += 1) await send({ query: ME }, bearer(token));
    const asked = world.gitlab.requests().filter(({ path }) => path === '/api/v4/user');
    expect(asked).toHaveLength(1);
  });

  test('is not known while GitLab does not answer, which is said', async () => {
    const token = world.gitlab.createToken('rita', ['api']);
    world.gitlab.faults.respond({ path: /\/api\/v4\/user$/, status: 500, times: 10 });
    const { status, messages } = await send({ query: ME }, bearer(token));
    world.gitlab.faults.clear();
    expect(status).toBe(503);
    expect(messages).toEqual(['GitLab does not answer just now, so I cannot tell what you may do.']);
  });
});

describe('a body', () => {
  test('must be one JSON object with a query', async () => {
    for (const body of [
      '',
      '{',
      '[]',
      'null',
      '"x"',
      '{}',
      '{"query":1}',
      '{"query":""}',
      '{"query":"{a}","variables":[]}',
    ]) {
      const { status, data, messages } = await send(body);
      expect([body, status, data, messages.length]).toEqual([body, 400, null, 1]);
    }
  });

  test('is one operation: a batch is refused', async () => {
    const { status, messages } = await send([{ query: ME }, { query: ME }]);
    expect([status, messages]).toEqual([400, ['Only one operation can be sent at a time']]);
  });

  test('may have 100 kB', async () => {
    const filler = (length: number) => ({ query: ME, variables: { filler: 'x'.repeat(length) } });
    expect((await send(filler(100_000))).status).toBe(200);
    expect((await send(filler(103_000))).status).toBe(413);
  });

  test('must say that it is JSON', async () => {
    expect((await send({ query: ME }, { 'content-type': 'text/html' })).status).toBe(415);
  });

  test('may name an operation, whichever was compiled first', async () => {
    const query = `query One { one: echo(text: "1") } query Two { two: echo(text: "2") } mutation Three { issueSetCrmContacts(
      input: { projectPath: "acme/app", iid: "1", contactIds: [] }) { errors } }`;
    const headers = bearer(world.gitlab.createToken('olga', ['read_api']));
    for (let count = 0; count < 4; count += 1) {
      const said = async (operationName: string | null) =>
        (await send({ query, operationName }, headers)).data;
      expect(await said('One')).toEqual({ one: '"olga" says: 1' });
      expect(await said('Two')).toEqual({ two: '"olga" says: 2' });
      expect((await send({ query, operationName: 'Three' }, headers)).messages).toEqual([NOT_AVAILABLE]);
      expect((await send({ query, operationName: 'Four' }, headers)).messages).toHaveLength(1);
      expect((await send({ query }, headers)).messages).toHaveLength(1);
      expect((await send({ query, operationName: 'One\nTwo' }, headers)).messages).toHaveLength(1);
    }
  });
});

describe('a query', () => {
  const nested = (depth: number): string =>
    `{ group(fullPath: "acme") ${'{ parent '.repeat(depth)} { id } ${'}'.repeat(depth)} }`;

  test.each([
    ['deep', nested(19), 'Query has depth of 21, which exceeds max depth of 20'],
    [
      'wide',
      `{ ${Array.from({ length: 31 }, (_, n) => `a${n}: echo(text: "")`).join(' ')} }`,
      'Query has aliases of 31, which exceeds max aliases of 30',
    ],
    [
      'rich',
      '{ group(fullPath: "acme") { organizations { nodes { contacts { nodes { issues(first: 1) { nodes { id } } } } } } } }',
      'Query has complexity of 20100, which exceeds max complexity of 11000',
    ],
    ['long', `{ echo(text: "${'x'.repeat(10_000)}") }`, 'Query too large'],
    [
      'repetitive',
      `{ ${'__typename '.repeat(600)} }`,
      'Query has fields of 600, which exceeds max fields of 500',
    ],
    [
      'of many words',
      `{ echo(text: "") ${'@skip(if: false) '.repeat(500)} }`,
      'Syntax Error: Document contains more that 2000 tokens. Parsing aborted.',
    ],
    [
      'of fragments in fragments',
      `${Array.from({ length: 15 }, (_, n) => `fragment F${n} on Group { ...F${n + 1} ...F${n + 1} }`).join(' ')}
       fragment F15 on Group { id } { group(fullPath: "acme") { ...F0 } }`,
      expect.stringMatching(/^Query has fields of \d+, which exceeds max fields of 500$/),
    ],
    [
      'of a fragment in itself',
      'fragment F on Group { parent { ...F } } { group(fullPath: "acme") { ...F } }',
      'Query has depth of Infinity, which exceeds max depth of 20',
    ],
  ])('that is too %s is refused before anything is run', async (_, query, message) => {
    const { status, data, messages } = await ask('dev', query);
    expect([status, data, messages]).toEqual([200, null, [message]]);
  });

  test('within the limits runs', async () => {
    expect((await ask('dev', nested(18))).messages).toEqual([]);
    const full =
      '{ group(fullPath: "acme") { issues { nodes { customerRelationsContacts { nodes { id } } } } } }';
    expect((await ask('dev', full)).messages).toEqual([]);
  });

  test('has the page of a variable counted, and its default', async () => {
    const query = `query ($n: Int = 2) { group(fullPath: "acme") { organizations(first: $n) { nodes { contacts(first: 100) {
      nodes { issues(first: 100) { nodes { id } } } } } } } }`;
    const said = async (variables: object) => (await ask('dev', query, { ...variables })).messages;
    expect(await said({ n: 1 })).toEqual([]);
    for (const variables of [{}, { n: 2 }, { n: 100 }]) expect(await said(variables)).toHaveLength(1);
    expect(await said({ n: 1 })).toEqual([]);
  });

  test('about the schema takes a token', async () => {
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Group") { name } }']) {
      expect((await ask(null, query)).messages).toEqual(['Introspection takes a token']);
      expect((await ask('gus', query)).messages).toEqual([]);
    }
    expect((await ask(null, '{ __typename }')).data).toEqual({ __typename: 'Query' });
  });

  test('that is wrong is told why, with hints for those who may ask about the schema', async () => {
    const [known] = (await ask('gus', '{ groupp(fullPath: "acme") { id } }')).messages;
    expect(known).toBe('Cannot query field "groupp" on type "Query". Did you mean "group"?');
    const [stranger] = (await ask(null, '{ groupp(fullPath: "acme") { id } }')).messages;
    expect(stranger).toBe('Cannot query field "groupp" on type "Query".');
  });

  test('that finds the program broken is told no more than that', async () => {
    const { prisma } = world.db.database;
    await prisma.$executeRaw`ALTER TABLE contacts RENAME COLUMN phone TO telephone`;
    try {
      for (let count = 0; count < 3; count += 1) {
        const { status, data, errors } = await ask(
          'dev',
          '{ group(fullPath: "acme") { id contacts { nodes { id } } } }',
        );
        expect([status, data.group]).toEqual([200, { id: 'gid://gitlab/Group/101', contacts: null }]);
        expect(errors).toEqual([
          { message: 'Internal server error', locations: expect.anything(), path: ['group', 'contacts'] },
        ]);
      }
    } finally {
      await prisma.$executeRaw`ALTER TABLE contacts RENAME COLUMN telephone TO phone`;
    }
  });
});
