import type { World } from '../support/tieline.ts';

/** What the API answered. `data` is whatever was asked for, which each test knows. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
  readonly data: any;
  readonly errors: readonly { readonly message: string; readonly path?: readonly (string | number)[] }[];
  /** The messages of the errors. */
  readonly messages: readonly string[];
  readonly text: string;
}

/** A request with any headers and body. */
export async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${url}/api/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const text = await response.text();
  const { data = null, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: Answer['errors'] };
  return { status: response.status, data, errors, messages: errors.map(({ message }) => message), text };
}

/** Asks as somebody with their own token, or without one. */
export function asker(world: World) {
  return (who: string | null, query: string, variables: Record<string, unknown> = {}): Promise<Answer> => {
    const headers: Record<string, string> =
      who === null ? {} : { authorization: `Bearer ${world.gitlab.tokenOf(who)}` };
    return post(world.tieline.url, JSON.stringify({ query, variables }), headers);
  };
}

/** What GitLab says of what is not there or may not be seen. */
export const NOT_AVAILABLE =
  "The resource that you are attempting to access does not exist or you don't have permission to perform this action";
