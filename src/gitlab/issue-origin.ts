import type { IssueReference } from '../domain/references.ts';
import type { ApiNote } from './client/responses.ts';

/** The issue that another one was made from, as GitLab's own note on the new one tells. */
export interface IssueOrigin extends IssueReference {
  readonly kind: 'moved' | 'cloned';
  readonly at: Date;
  readonly noteId: bigint;
}

/** `moved from #1` within a project, `moved from app#1` within a group, else the full path. */
const FORMAT = /^(moved|cloned) from ([A-Za-z0-9_./-]*)#([1-9]\d{0,8})$/;

/**
 * Where an issue of this project came from by its notes; null for one that was written there. Only GitLab writes
 * system notes, and no hook has the same to tell: the `open` of a copy names no original.
 */
export function originOf(notes: readonly ApiNote[], project: string): IssueOrigin | null {
  let latest: IssueOrigin | null = null;
  for (const { id, body, system, created_at: at } of notes) {
    const [, kind, path = '', iid] = (system && FORMAT.exec(body.trim())) || [];
    if (kind === undefined || (latest !== null && latest.noteId > id)) continue;
    const shared = { at, noteId: id, project: wholePath(path, project), iid: Number(iid) };
    latest = { ...shared, kind: kind === 'moved' ? 'moved' : 'cloned' };
  }
  return latest;
}

function wholePath(path: string, project: string): string {
  if (path === '') return project;
  return path.includes('/') ? path : project.slice(0, project.lastIndexOf('/') + 1) + path;
}
