/** Issues, notes, discussions and reactions as GitLab's REST API words them. */
import type { Lab } from './lab.ts';
import { byId, projectPath } from './paths.ts';
import { presentUser } from './present-people.ts';
import type { AwardRow, IssueRow, NoteRow } from './state.ts';

/** Address of the issue's page. */
export function issueUrl(lab: Lab, issue: IssueRow): string {
  const project = byId(lab.state.projects, issue.projectId);
  return `${lab.baseUrl()}/${projectPath(lab.state, project)}/-/issues/${issue.iid}`;
}

/** Address of the note on its issue's page. */
export function noteUrl(lab: Lab, note: NoteRow): string {
  return `${issueUrl(lab, byId(lab.state.issues, note.issueId))}#note_${note.id}`;
}

function person(lab: Lab, id: number | null) {
  return id === null ? null : presentUser(lab, byId(lab.state.users, id));
}

/** What this GitLab keeps no count of. */
const UNKEPT = {
  milestone: null,
  merge_requests_count: 0,
  upvotes: 0,
  downvotes: 0,
  due_date: null,
  discussion_locked: null,
  time_stats: {
    time_estimate: 0,
    total_time_spent: 0,
    human_time_estimate: null,
    human_total_time_spent: null,
  },
  task_completion_status: { count: 0, completed_count: 0 },
  weight: null,
  blocking_issues_count: 0,
  has_tasks: false,
  severity: 'UNKNOWN',
  imported: false,
  imported_from: 'none',
};

/** `API::Entities::Issue`. */
export function presentIssue(lab: Lab, issue: IssueRow) {
  const path = projectPath(lab.state, byId(lab.state.projects, issue.projectId));
  const self = `${lab.baseUrl()}/api/v4/projects/${issue.projectId}/issues/${issue.iid}`;
  const assignees = issue.assigneeIds.map((id) => presentUser(lab, byId(lab.state.users, id)));
  const notes = lab.state.notes.filter((note) => note.issueId === issue.id && !note.system);
  return {
    id: issue.id,
    iid: issue.iid,
    project_id: issue.projectId,
    title: issue.title,
    description: issue.description,
    state: issue.state,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    closed_by: person(lab, issue.closedById),
    labels: issue.labels,
    assignees,
    author: presentUser(lab, byId(lab.state.users, issue.authorId)),
    type: 'ISSUE',
    assignee: assignees[0] ?? null,
    user_notes_count: notes.length,
    confidential: issue.confidential,
    issue_type: 'issue',
    web_url: issueUrl(lab, issue),
    _links: {
      self,
      notes: `${self}/notes`,
      award_emoji: `${self}/award_emoji`,
      project: self.split('/issues/')[0],
    },
    references: { short: `#${issue.iid}`, relative: `#${issue.iid}`, full: `${path}#${issue.iid}` },
    moved_to_id: issue.movedToId,
    service_desk_reply_to: issue.externalAuthor ?? null,
    ...UNKEPT,
  };
}

/** `API::Entities::Note`. */
export function presentNote(lab: Lab, note: NoteRow) {
  const issue = byId(lab.state.issues, note.issueId);
  return {
    id: note.id,
    type: note.type,
    body: note.body,
    attachment: null,
    author: presentUser(lab, byId(lab.state.users, note.authorId)),
    created_at: note.createdAt,
    updated_at: note.updatedAt,
    system: note.system,
    noteable_id: issue.id,
    noteable_type: 'Issue',
    project_id: issue.projectId,
    resolvable: false,
    confidential: note.internal,
    internal: note.internal,
    imported: false,
    imported_from: 'none',
    noteable_iid: issue.iid,
    commands_changes: {},
  };
}

/** `API::Entities::Discussion`; `notes` are those that the viewer may read, oldest first. */
export function presentDiscussion(lab: Lab, id: string, notes: readonly NoteRow[]) {
  return {
    id,
    individual_note: notes.every((note) => note.type === null),
    notes: notes.map((note) => presentNote(lab, note)),
  };
}

/** `API::Entities::AwardEmoji`. */
export function presentAward(lab: Lab, row: AwardRow) {
  return {
    id: row.id,
    name: row.name,
    user: presentUser(lab, byId(lab.state.users, row.userId)),
    created_at: row.createdAt,
    updated_at: row.createdAt,
    awardable_id: row.onId,
    awardable_type: row.on,
    url: null,
  };
}
