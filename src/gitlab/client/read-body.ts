import { nonsense } from './request-error.ts';

/** Answers beyond this are refused: no page of 100 issues comes near it. */
export const MAX_RESPONSE_BYTES = 10 * 1024 * 1024;
const MAX_ERROR_BYTES = 64 * 1024;
const MAX_DESCRIPTION = 300;

/** The JSON of a successful answer, null when it has no body. Throws for a web page, bad JSON or too many bytes. */
export async function readJson(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  const text = await readText(response, MAX_RESPONSE_BYTES);
  if (text === null) throw nonsense('GitLab answered with more than 10 MB', response.status);
  if (text === '') return null;
  const type = mediaType(response);
  if (!isJson(type)) {
    throw nonsense(`GitLab answered with ${type || 'something'} instead of JSON`, response.status);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw nonsense('GitLab answered with broken JSON', response.status);
  }
}

/** What GitLab says about an error status, one line of at most 300 characters; empty when it says nothing. */
export async function readDescription(response: Response): Promise<string> {
  const text = (await readText(response, MAX_ERROR_BYTES)) ?? '';
  if (!isJson(mediaType(response))) return '';
  return describe(text)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, MAX_DESCRIPTION);
}

function describe(text: string): string {
  try {
    const { error_description, error, message } = Object(JSON.parse(text)) as Record<string, unknown>;
    const said = [error, error_description, message].filter((part) => part !== undefined && part !== null);
    return said.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(': ');
  } catch {
    return '';
  }
}

/** Null when there are more bytes than `limit`; what is left is not read. */
async function readText(response: Response, limit: number): Promise<string | null> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function mediaType(response: Response): string {
  return (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

function isJson(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}
