// A page to ask the GraphQL API with, as anybody of the demo. It loads nothing from elsewhere.

const EXAMPLE = `{
  currentUser { username }
  group(fullPath: "acme") {
    contacts(search: "apollo", first: 5) {
      nodes { firstName lastName email organization { name } }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

const SCHEMA = `{ __schema { types { kind name description
  enumValues { name }
  inputFields { name type { ...T } }
  fields { name description args { name type { ...T } } type { ...T } } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const element = (id) => document.getElementById(id);
const [person, query, variables, answer, filter, schema] = [
  'person',
  'query',
  'variables',
  'answer',
  'filter',
  'schema',
].map(element);

async function ask(body) {
  const token = person.value;
  const response = await fetch('/api/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  return response.json();
}

async function run() {
  answer.textContent = 'Asking …';
  try {
    const given = JSON.parse(variables.value.trim() || '{}');
    answer.textContent = JSON.stringify(await ask({ query: query.value, variables: given }), null, 2);
  } catch (error) {
    answer.textContent =
      error instanceof SyntaxError
        ? `The variables are not JSON: ${error.message}`
        : 'Tieline does not answer.';
  }
}

/** `[Contact!]!` as it is written. */
function typeText({ kind, name, ofType }) {
  if (kind === 'NON_NULL') return `${typeText(ofType)}!`;
  return kind === 'LIST' ? `[${typeText(ofType)}]` : name;
}

function linesOf({ fields, inputFields, enumValues }) {
  const withArgs = ({ name, args = [], type }) => {
    const inner = args.map((arg) => `${arg.name}: ${typeText(arg.type)}`).join(', ');
    return `${name}${inner === '' ? '' : `(${inner})`}: ${typeText(type)}`;
  };
  return [...(fields ?? inputFields ?? []).map(withArgs), ...(enumValues ?? []).map(({ name }) => name)];
}

async function showSchema() {
  const { data } = await ask({ query: SCHEMA });
  const types = (data?.__schema.types ?? []).filter(({ name }) => !name.startsWith('__'));
  schema.replaceChildren(
    ...types.map((type) => {
      const details = document.createElement('details');
      const summary = document.createElement('summary');
      const body = document.createElement('div');
      summary.textContent = type.name;
      body.textContent = [type.description, ...linesOf(type)].filter(Boolean).join('\n');
      details.append(summary, body);
      return details;
    }),
  );
}

function narrow() {
  const wanted = filter.value.trim().toLowerCase();
  for (const details of schema.children) {
    details.hidden = !details.textContent.toLowerCase().includes(wanted);
    details.open = wanted !== '' && !details.hidden;
  }
}

async function start() {
  query.value = EXAMPLE;
  const { gitlab } = await (await fetch('/sandbox/api/state')).json();
  const options = gitlab.users.map(({ name, role, token }) => new Option(`${name} (${role})`, token));
  person.append(...options, new Option('nobody (no token)', ''));
  const owner = gitlab.users.find(({ role }) => role === 'owner');
  if (owner) person.value = owner.token;
  await showSchema();
}

element('run').addEventListener('click', run);
filter.addEventListener('input', narrow);
document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
});
start();
