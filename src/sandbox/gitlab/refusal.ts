/** An answer other than success, in GitLab's words. Routes turn it into the response; callers in the process catch it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}) {
    super(`${status} ${JSON.stringify(body)}`);
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** `404 Project Not Found` for `notFound('Project')`; a thing that may not be seen is answered the same way. */
export function notFound(what?: string): Refusal {
  return new Refusal(404, { message: what === undefined ? '404 Not found' : `404 ${what} Not Found` });
}

/** Seen but not allowed. */
export function forbidden(detail?: string): Refusal {
  return new Refusal(403, { message: detail === undefined ? '403 Forbidden' : `403 Forbidden - ${detail}` });
}

/** `message` is a sentence, or a list of problems by field. */
export function badRequest(message: unknown): Refusal {
  return new Refusal(400, { message });
}

/** GitLab's answer to a parameter that the endpoint cannot do without. */
export function missing(name: string): Refusal {
  return new Refusal(400, { error: `${name} is missing` });
}
