import { z } from 'zod';
import { gitLabUserId, groupId, issueId, projectId } from '../../domain/ids.ts';

// What is read of GitLab's answers and nothing more: fields that only newer versions have are optional.

const id = z.int().positive();
const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** A GitLab user; `bot`, `email` and `confirmed_at` are there only for askers who may see them. */
export const userSchema = z.object({
  id: id.transform(gitLabUserId),
  username: z.string(),
  name: z.string(),
  state: z.string(),
  bot: z.boolean().nullish(),
  email: z.string().nullish(),
  confirmed_at: z.string().nullish(),
});
export type ApiUser = z.output<typeof userSchema>;

/** A membership as `members/all` gives it. `membership_state` is there in paid editions only. */
export const memberSchema = z.object({
  id: id.transform(gitLabUserId),
  state: z.string(),
  access_level: z.int(),
  expires_at: z.string().nullish(),
  membership_state: z.string().nullish(),
});
export type ApiMember = z.output<typeof memberSchema>;

export const groupSchema = z.object({
  id: id.transform(groupId),
  name: z.string(),
  full_path: z.string(),
  parent_id: id.transform(groupId).nullable(),
});
export type ApiGroup = z.output<typeof groupSchema>;

export const projectSchema = z.object({
  id: id.transform(projectId),
  name: z.string(),
  path_with_namespace: z.string(),
  namespace: z.object({ id, kind: z.string() }),
});
export type ApiProject = z.output<typeof projectSchema>;

const personSchema = z.object({ id: id.transform(gitLabUserId) });

export const issueSchema = z.object({
  id: id.transform(issueId),
  iid: id,
  project_id: id.transform(projectId),
  title: z.string(),
  description: z.string().nullish(),
  state: z.string(),
  confidential: z.boolean().nullish(),
  author: personSchema.nullish(),
  assignees: z.array(personSchema).nullish(),
  moved_to_id: id.transform(issueId).nullish(),
  user_notes_count: z.int().nullish(),
  /** Reply-To, else From, of the mail that Service Desk made the issue from; whole for Reporters and above. */
  service_desk_reply_to: z.string().nullish(),
  created_at: instant,
  updated_at: instant,
});
export type ApiIssue = z.output<typeof issueSchema>;

/** `confidential` is the name that `internal` had before GitLab 15.3. */
export const noteSchema = z.object({
  id: id.transform((value) => BigInt(value)),
  body: z.string(),
  author: personSchema,
  system: z.boolean(),
  noteable_type: z.string(),
  internal: z.boolean().nullish(),
  confidential: z.boolean().nullish(),
  discussion_id: z.string().nullish(),
  created_at: instant,
  updated_at: instant,
});
export type ApiNote = z.output<typeof noteSchema>;

export const discussionSchema = z.object({
  id: z.string(),
  notes: z.array(z.object({ id: id.transform((value) => BigInt(value)) })),
});

/** What note creation gives: a note, or without an id when GitLab took the text for quick actions (202). */
export const writtenNoteSchema = z.object({ id: id.transform((value) => BigInt(value)).nullish() });

export const emojiSchema = z.object({ id });
