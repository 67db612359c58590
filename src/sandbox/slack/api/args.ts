import { isObject, type Json } from '../block-kit/checks.ts';
import { ApiError } from './api-error.ts';

const JSON_ARGS = ['blocks', 'attachments', 'view', 'metadata', 'unfurls'];

/** Reads a call's arguments, which come as a form (JSON in strings) or as JSON, with the error names Slack has. */
export function readArgs(raw: unknown): Json {
  if (!isObject(raw)) return {};
  const args: Json = { ...raw };
  for (const name of JSON_ARGS) {
    const value = args[name];
    if (typeof value !== 'string') continue;
    if (value === '') delete args[name];
    else args[name] = parseJson(name, value);
  }
  return args;
}

function parseJson(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    throw new ApiError(name === 'blocks' ? 'invalid_blocks_format' : 'invalid_arguments', {
      response_metadata: { messages: [`[ERROR] failed to parse JSON [json-pointer:/${name}]`] },
    });
  }
}

/** A string argument, or undefined. */
export function textArg(args: Json, name: string): string | undefined {
  const value = args[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A string argument that must be there. */
export function neededArg(args: Json, name: string): string {
  const value = textArg(args, name);
  if (value !== undefined) return value;
  throw new ApiError('invalid_arguments', {
    response_metadata: { messages: [`[ERROR] missing required field: ${name}`] },
  });
}

/** A boolean argument, which forms send as a word. */
export function flagArg(args: Json, name: string): boolean {
  const value = args[name];
  return value === true || value === 'true' || value === '1' || value === 1;
}

/** A whole number within bounds, or what stands for it when it is left out. */
function countArg(args: Json, name: string, fallback: number, max: number): number {
  const value = Number(args[name] ?? fallback);
  if (!Number.isInteger(value) || value < 1) throw new ApiError('invalid_limit');
  return Math.min(value, max);
}

/** An array of objects, or undefined. */
export function objectsArg(args: Json, name: string): Json[] | undefined {
  const value = args[name];
  return Array.isArray(value) ? value.filter(isObject) : undefined;
}

/** One page of a list with Slack's cursor. */
export function pageOf<T>(entries: T[], args: Json, fallback = 100): { page: T[]; next: string } {
  const limit = countArg(args, 'limit', fallback, 1000);
  const cursor = textArg(args, 'cursor');
  const from =
    cursor === undefined ? 0 : Number(Buffer.from(cursor, 'base64').toString('latin1').split(':')[1]);
  if (!Number.isInteger(from) || from < 0) throw new ApiError('invalid_cursor');
  const end = from + limit;
  const next = end < entries.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { page: entries.slice(from, end), next };
}
