import { readFileSync } from 'node:fs';

/** The bytes of a sample under `test/fixtures/gitlab`. */
export function sample(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/gitlab/${name}.json`, import.meta.url));
}

/** The same, parsed, with `object_attributes` changed. */
export function sampleWith(name: string, attributes: object, rest: object = {}): Buffer {
  const body = JSON.parse(sample(name).toString('utf8')) as { object_attributes: object };
  const changed = { ...body, ...rest, object_attributes: { ...body.object_attributes, ...attributes } };
  return Buffer.from(JSON.stringify(changed));
}
