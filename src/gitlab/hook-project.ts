import { z } from 'zod';
import { type ProjectId, projectId } from '../domain/ids.ts';

const id = z.number().int().positive();
const schema = z.object({ project: z.object({ id }).nullish(), project_id: id.nullish() });

/** The project that a hook says it is about; null when it names none or is not JSON. */
export function projectOfHook(body: Uint8Array | null): ProjectId | null {
  const named = schema.safeParse(parsed(body));
  const found = named.success ? (named.data.project?.id ?? named.data.project_id) : null;
  return found ? projectId(found) : null;
}

function parsed(body: Uint8Array | null): unknown {
  if (body === null) return null;
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
}
