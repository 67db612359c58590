import { describe, expect, test } from 'vitest';
import { gitLabUserId } from '../../src/domain/ids.ts';
import type { ApiIssue, ApiNote } from '../../src/gitlab/client/responses.ts';
import { deskMailOf } from '../../src/gitlab/service-desk.ts';

const OPENED = Date.UTC(2026, 10, 20, 10);
const BOT = gitLabUserId(90);

const issue = (sender: string | null) =>
  ({ author: { id: BOT }, created_at: new Date(OPENED), service_desk_reply_to: sender }) as ApiIssue;

const note = (body: string, fields: Partial<ApiNote> = {}): ApiNote => {
  const at = new Date(OPENED + 1_000);
  const times = { created_at: at, updated_at: at };
  return { id: 1n, body, author: { id: BOT }, system: true, noteable_type: 'Issue', ...times, ...fields };
};

const cc = (...notes: ApiNote[]) => deskMailOf(issue('ada@example.com'), notes)?.cc;

describe('the mail of an issue', () => {
  test('is none for one that somebody wrote', () => {
    expect(deskMailOf(issue(null), [note('added a@example.com')])).toBeNull();
    expect(deskMailOf(issue(''), [])).toBeNull();
  });

  test.each([
    ['added grace@example.com', ['grace@example.com']],
    ['added a@example.com and b@example.com', ['a@example.com', 'b@example.com']],
    [
      "added a+x@example.com, o'neil@b.example.com, and c@xn--e1a.example",
      ['a+x@example.com', "o'neil@b.example.com", 'c@xn--e1a.example'],
    ],
    [
      'added a@example.com, b@example.com and c@example.com',
      ['a@example.com', 'b@example.com', 'c@example.com'],
    ],
    ['added ~support and ~"a@example.com label"', []],
    ['added #12 as related issue', []],
    ['added a@example.com to the description', []],
    ['removed a@example.com', []],
    ['I added a@example.com', []],
    ['added', []],
  ])('has the copies that GitLab notes: %s', (body, expected) => {
    expect(cc(note(body))).toEqual(expected);
  });

  test('has each copy once, from however many notes', () => {
    const added = [note('added a@example.com'), note('added b@example.com and a@example.com')];
    expect(cc(...added)).toEqual(['a@example.com', 'b@example.com']);
  });

  test.each([
    ['by a person', { author: { id: gitLabUserId(7) } }],
    ['that is a comment', { system: false }],
    ['of a later mail', { created_at: new Date(OPENED + 3_600_000) }],
  ])('has none from a note %s', (_which, fields) => {
    expect(cc(note('added grace@example.com', fields))).toEqual([]);
  });
});
