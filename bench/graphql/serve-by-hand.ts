/** One prepared statement over bare node:http: as fast as it can be done here. Prints its address. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';

const [, , connectionString = '', callers = '16'] = process.argv;

const pool = new pg.Pool({ connectionString, max: Number(callers) });
const COLUMNS = `c.id, c.first_name, c.last_name, c.email, c.phone, c.active, c.organization_id, o.name AS organization`;
const STATEMENTS = {
  page: `SELECT ${COLUMNS} FROM (SELECT * FROM contacts WHERE crm_group_id = $1 ORDER BY last_key, id LIMIT 21) c
    LEFT JOIN organizations o ON o.crm_group_id = c.crm_group_id AND o.id = c.organization_id
    ORDER BY c.last_key, c.id`,
  search: `WITH m AS MATERIALIZED (SELECT * FROM contacts
      WHERE crm_group_id = $1 AND search_text LIKE '%' || $2::text || '%')
    SELECT ${COLUMNS} FROM (SELECT * FROM m ORDER BY last_key, id LIMIT 21) c
    LEFT JOIN organizations o ON o.crm_group_id = c.crm_group_id AND o.id = c.organization_id
    ORDER BY c.last_key, c.id`,
} as const;

interface Row {
  id: string;
  first_name: string;
  last_name: string;
  email: string | null;
  phone: string | null;
  active: boolean;
  organization_id: string | null;
  organization: string | null;
}

const nodeOf = (row: Row) => ({
  id: row.id,
  firstName: row.first_name,
  lastName: row.last_name,
  email: row.email,
  phone: row.phone,
  active: row.active,
  organization: row.organization_id && { id: row.organization_id, name: row.organization },
});

async function answer(body: string): Promise<string> {
  const { word } = JSON.parse(body) as { word: string | null };
  const name = word === null ? 'page' : 'search';
  const values = word === null ? [1] : [1, word];
  const { rows } = await pool.query<Row>({ name, text: STATEMENTS[name], values });
  return JSON.stringify({ data: { nodes: rows.slice(0, 20).map(nodeOf), hasNextPage: rows.length > 20 } });
}

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', async () => {
    const text = await answer(Buffer.concat(parts).toString());
    response.writeHead(200, { 'content-type': 'application/json' }).end(text);
  });
}).listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  console.log(JSON.stringify({ url: `http://127.0.0.1:${port}/`, token: null }));
});
