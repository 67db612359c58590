/** Which event goes to which hooks under which flag. System notes and group transfers have no entry here: they fire nothing. */
import {
  type Changes,
  emojiPayload,
  type IssueAction,
  isConfidentialNote,
  issuePayload,
  notePayload,
} from './hook-payloads.ts';
import type { Actor, HookEvent, Lab } from './lab.ts';
import { byId } from './paths.ts';
import type { AwardRow, GroupRow, IssueRow, MemberRow, NoteRow, ProjectRow } from './state.ts';
import {
  groupPayload,
  type MemberChange,
  memberPayload,
  projectPayload,
  subgroupPayload,
} from './system-payloads.ts';

/** Event of a note; `action` null is the one that a hook's test button sends. */
export function noteEvent(
  lab: Lab,
  note: NoteRow,
  event: { action: 'create' | 'update' | null; chain: string | null },
): HookEvent {
  const confidential = isConfidentialNote(lab, note);
  return {
    scope: { kind: 'project', id: byId(lab.state.issues, note.issueId).projectId },
    trigger: confidential ? 'confidential_note_hooks' : 'note_hooks',
    flag: confidential ? 'confidential_note_events' : 'note_events',
    payload: notePayload(lab, note, event.action),
    chain: event.chain,
  };
}

/** Event of an issue; `action` null is the one that a hook's test button sends. */
export function issueEvent(
  lab: Lab,
  issue: IssueRow,
  event: { actor: Actor; action: IssueAction | null; changes: Changes },
): HookEvent {
  const { actor, action, changes } = event;
  return {
    scope: { kind: 'project', id: issue.projectId },
    trigger: issue.confidential ? 'confidential_issue_hooks' : 'issue_hooks',
    flag: issue.confidential ? 'confidential_issues_events' : 'issues_events',
    payload: issuePayload(lab, issue, { user: actor.user, action, changes }),
    chain: actor.chain,
  };
}

/** Note Hook; nothing for a system note. */
export function fireNote(actor: Actor, note: NoteRow, action: 'create' | 'update'): void {
  const { lab } = actor;
  if (!note.system) lab.fire(noteEvent(lab, note, { action, chain: actor.chain }));
}

/** Issue Hook. */
export function fireIssue(
  actor: Actor,
  event: { issue: IssueRow; action: IssueAction; changes: Changes },
): void {
  const { lab } = actor;
  lab.fire(issueEvent(lab, event.issue, { actor, action: event.action, changes: event.changes }));
}

/** Emoji Hook. */
export function fireEmoji(actor: Actor, award: AwardRow, action: 'award' | 'revoke'): void {
  const { lab } = actor;
  const issueId = award.on === 'Issue' ? award.onId : byId(lab.state.notes, award.onId).issueId;
  lab.fire({
    scope: { kind: 'project', id: byId(lab.state.issues, issueId).projectId },
    trigger: 'emoji_hooks',
    flag: 'emoji_events',
    payload: emojiPayload(lab, award, action),
    chain: actor.chain,
  });
}

function fireSystem(actor: Actor, payload: object & { event_name: string }): void {
  const { lab } = actor;
  const { chain } = actor;
  lab.fire({ scope: { kind: 'system' }, trigger: payload.event_name, flag: null, payload, chain });
}

/** Members of groups reach group hooks and system hooks; members of projects reach system hooks only. */
export function fireMember(actor: Actor, row: MemberRow, change: MemberChange): void {
  const { lab } = actor;
  const payload = memberPayload(lab, row, change);
  fireSystem(actor, payload);
  if (row.on !== 'group') return;
  const scope = { kind: 'group', id: row.onId } as const;
  lab.fire({ scope, trigger: 'member_hooks', flag: 'member_events', payload, chain: actor.chain });
}

/** System hook `project_transfer`; group hooks hear nothing of it. */
export function fireProjectTransfer(actor: Actor, project: ProjectRow, oldPath: string): void {
  const { lab } = actor;
  fireSystem(actor, projectPayload(lab, project, { name: 'project_transfer', oldPath }));
}

/** System hook `project_rename`; the path alone has changed. */
export function fireProjectRename(actor: Actor, project: ProjectRow, oldPath: string): void {
  fireSystem(actor, projectPayload(actor.lab, project, { name: 'project_rename', oldPath }));
}

/** System hook `group_rename`; there is none for what is below, nor for a group that was put elsewhere. */
export function fireGroupRename(
  actor: Actor,
  group: GroupRow,
  old: { path: string; fullPath: string },
): void {
  fireSystem(actor, groupPayload(actor.lab, group, { name: 'group_rename', old }));
}

/** System hook, and the Project Hook of the groups above. */
export function fireProjectCreate(actor: Actor, project: ProjectRow): void {
  fireProject(actor, project, 'project_create');
}

/** The same for its end; told while it is still there. */
export function fireProjectDestroy(actor: Actor, project: ProjectRow): void {
  fireProject(actor, project, 'project_destroy');
}

function fireProject(actor: Actor, project: ProjectRow, name: 'project_create' | 'project_destroy'): void {
  const { lab, chain } = actor;
  const payload = projectPayload(lab, project, { name });
  fireSystem(actor, payload);
  if (project.groupId === null) return;
  const scope = { kind: 'group', id: project.groupId } as const;
  lab.fire({ scope, trigger: 'project_hooks', flag: 'project_events', payload, chain });
}

/** System hook, and the Subgroup Hook of the groups above. */
export function fireGroupCreate(actor: Actor, group: GroupRow): void {
  fireGroup(actor, group, 'create');
}

/** The same for its end; told while it is still there. */
export function fireGroupDestroy(actor: Actor, group: GroupRow): void {
  fireGroup(actor, group, 'destroy');
}

function fireGroup(actor: Actor, group: GroupRow, what: 'create' | 'destroy'): void {
  const { lab, chain } = actor;
  fireSystem(actor, groupPayload(lab, group, { name: `group_${what}` }));
  if (group.parentId === null) return;
  const parent = byId(lab.state.groups, group.parentId);
  const payload = subgroupPayload(lab, group, { name: `subgroup_${what}`, parent });
  const scope = { kind: 'group', id: parent.id } as const;
  lab.fire({ scope, trigger: 'subgroup_hooks', flag: 'subgroup_events', payload, chain });
}
