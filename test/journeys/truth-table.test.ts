/**
 * What becomes of a raw `/add_contacts` line, row by row: GitLab 14.6 and later takes it out before anybody hears of it,
 * whatever it does with it; where it leaves the line in, it may still not be one to obey.
 */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { WEBHOOK_SECRET } from '../support/platforms.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();
const LINE = '/add_contacts hedy@example.org';
const HEDY = 'hedy@example.org';

interface Row {
  readonly who?: string;
  readonly text: string;
}

/** What came of something: the text that GitLab kept, the note hooks it sent, what Tieline said, and whom it linked. */
interface Came {
  readonly kept: string | null;
  readonly hooks: string[];
  readonly said: number;
  readonly linked: boolean;
}

let iid = 0;
const noteHooks = () => world.gitlab.deliveries().filter(({ trigger }) => trigger.endsWith('note_hooks'));
const issueHooks = () => world.gitlab.deliveries().filter(({ trigger }) => trigger.endsWith('issue_hooks'));
const actionOf = ({ requestBody }: { requestBody: string }): string =>
  (JSON.parse(requestBody) as { object_attributes: { action?: string } }).object_attributes.action ?? '';

async function came(
  kept: string | null,
  before: { notes: number; issues: number },
): Promise<Came & { issueActions: string[] }> {
  await world.settled();
  const bot = (body: string) => !body.includes('<!-- tieline');
  return {
    kept,
    hooks: noteHooks()
      .slice(before.notes)
      .filter(({ requestBody }) => bot(requestBody))
      .map(actionOf),
    issueActions: issueHooks().slice(before.issues).map(actionOf),
    said: world.heard().length,
    linked: (await world.rows.linked(`acme/app#${iid}`)).includes(HEDY),
  };
}

const counts = () => ({ notes: noteHooks().length, issues: issueHooks().length });

/** Comments, and tells what came of it. */
async function comment({ who = 'pia', text }: Row) {
  const before = counts();
  const note = await world.gitlab.as(who).comment('acme/app', iid, text);
  return came(note?.body ?? null, before);
}

async function edit(first: string, then: string) {
  const note = await world.gitlab.as('pia').comment('acme/app', iid, first);
  await world.settled();
  const before = counts();
  const edited = await world.gitlab.as('pia').editNote(note?.id ?? 0, then);
  return {
    ...(await came(edited?.body ?? null, before)),
    isThere: world.gitlab.notes('acme/app', iid).length,
  };
}

beforeEach(async () => {
  ({ iid } = await world.gitlab.as('olga').createIssue('acme/app', { title: 'A row of the table' }));
  await world.settled();
});
afterAll(() => {
  world.gitlab.switches.stripQuickActions = false;
});

describe('GitLab 14.6 and later, on an issue', () => {
  beforeEach(() => {
    world.gitlab.switches.stripQuickActions = true;
  });

  it('a comment of the command alone is not saved, and nobody hears of it', async () => {
    expect(await comment({ text: LINE })).toMatchObject({ kept: null, hooks: [], said: 0, linked: false });
    const token = world.gitlab.tokenOf('pia');
    const { project_id: project } = world.gitlab.issue('acme/app', iid);
    const answer = await fetch(`${world.gitlab.url}/api/v4/projects/${project}/issues/${iid}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'private-token': token },
      body: JSON.stringify({ body: LINE }),
    });
    expect([answer.status, Object.keys((await answer.json()) as object)]).toEqual([
      202,
      ['commands_changes', 'summary'],
    ]);
  });

  it('nor is one by somebody who may not use it', async () => {
    expect(await comment({ who: 'gus', text: LINE })).toMatchObject({ kept: null, hooks: [], said: 0 });
  });

  it('of text and command only the text is saved and told', async () => {
    expect(await comment({ text: `Hedy called.\n\n${LINE}` })).toMatchObject({
      kept: 'Hedy called.',
      hooks: ['create'],
      said: 0,
      linked: false,
    });
  });

  it('an edit that adds the command is stripped, and tells of the text if that changed', async () => {
    const same = await edit('Hedy called.', `Hedy called.\n\n${LINE}`);
    expect(same).toMatchObject({ kept: 'Hedy called.', hooks: [], said: 0, linked: false });
    const other = await edit('Hedy called.', `Hedy called again.\n\n${LINE}`);
    expect(other).toMatchObject({ kept: 'Hedy called again.', hooks: ['update'], said: 0, linked: false });
  });

  it('an edit that leaves the command alone deletes the comment, and nobody hears of it', async () => {
    expect(await edit('Hedy called.', LINE)).toMatchObject({ kept: null, hooks: [], said: 0, isThere: 0 });
  });

  it('a new issue is told without the command in its description', async () => {
    const before = counts();
    const made = await world.gitlab
      .as('pia')
      .createIssue('acme/app', { title: 'By mail', description: `She wrote.\n\n${LINE}` });
    iid = made.iid;
    expect(await came(made.description, before)).toMatchObject({
      kept: 'She wrote.',
      issueActions: ['open'],
      said: 0,
      linked: false,
    });
  });

  it('a description that gets the command later tells only of what else changed', async () => {
    await world.gitlab.as('pia').updateIssue('acme/app', iid, { description: 'She wrote.' });
    await world.settled();
    const unchanged = counts();
    const same = await world.gitlab
      .as('pia')
      .updateIssue('acme/app', iid, { description: `She wrote.\n\n${LINE}` });
    expect(await came(same.description, unchanged)).toMatchObject({
      kept: 'She wrote.',
      said: 0,
      linked: false,
    });
    const before = counts();
    const changed = await world.gitlab
      .as('pia')
      .updateIssue('acme/app', iid, { title: 'Changed', description: `She wrote.\n\n${LINE}` });
    expect(await came(changed.description, before)).toMatchObject({
      kept: 'She wrote.',
      issueActions: ['update'],
      linked: false,
    });
  });

  it.each([
    ['a fenced block', `\`\`\`\n${LINE}\n\`\`\``],
    ['inline code', `\`${LINE}\``],
    ['indented code', `Look:\n\n    ${LINE}`],
    ['a quote', `> ${LINE}`],
    ['a list item', `- ${LINE}`],
    ['an HTML block', `<div>\n${LINE}\n</div>`],
    ['two stray backticks of one paragraph', `a \` stray\n${LINE}\nand \` another`],
    ['a line with spaces before it', `  ${LINE}`],
    ['a line with a tab after the name', LINE.replace(' ', '\t')],
    ['a line with a colon after the name', LINE.replace(' ', ': ')],
    ['the middle of a line', `Please ${LINE}`],
    ['a code span, as a mail through Service Desk has it', `Thanks.\n\n\`${LINE}\``],
  ])('in %s it stays in the comment, is told, and is not obeyed', async (_, text) => {
    const { kept, hooks, linked, said } = await comment({ text });
    expect(kept?.trim()).toBe(text.trim());
    expect({ hooks, linked, said }).toEqual({ hooks: ['create'], linked: false, said: 0 });
  });

  it('of a name that nobody knows it stays in, and nothing is linked', async () => {
    const text = LINE.replace('contacts', 'contact');
    expect(await comment({ text })).toMatchObject({ kept: text, hooks: ['create'], linked: false });
  });

  it.each([
    ['the mention', `@tieline add_contacts ${HEDY}`],
    ['the short form', `/crm add ${HEDY}`],
    ['its long spelling', `/crm add_contacts ${HEDY}`],
  ])('%s is left in, told, obeyed and answered', async (_, text) => {
    expect(await comment({ text })).toMatchObject({ kept: text, hooks: ['create'], said: 1, linked: true });
  });

  it('by a bot that may not use quick actions it is left in, and not obeyed', async () => {
    world.gitlab.switches.stripQuickActions = false;
    expect(await comment({ who: 'pipeline', text: LINE })).toMatchObject({
      kept: LINE,
      hooks: ['create'],
      said: 0,
      linked: false,
    });
  });
});

describe('elsewhere', () => {
  it.each([
    ['a merge request, stripped', 'MergeRequest', 'Hedy called.'],
    ['a commit, stripped', 'Commit', 'Hedy called.'],
    ['a snippet, left in', 'Snippet', LINE],
  ])('a comment on %s is stored, and nothing is done', async (_, type, note) => {
    const { id, project_id: project } = world.gitlab.issue('acme/app', iid);
    const body = {
      object_kind: 'note',
      event_type: 'note',
      user: { id: 1, username: 'pia', name: 'Pia' },
      project_id: project,
      project: { id: project, path_with_namespace: 'acme/app' },
      object_attributes: {
        id: 987_000 + id,
        note,
        noteable_type: type,
        author_id: 1,
        action: 'create',
        system: false,
        created_at: '2026-05-04 09:30:00 UTC',
      },
    };
    const answer = await fetch(`${world.tieline.url}/gitlab/webhooks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-gitlab-event': 'Note Hook',
        'x-gitlab-token': WEBHOOK_SECRET,
      },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBeLessThan(300);
    await world.settled();
    const last = await world.db.database.prisma.delivery.findFirstOrThrow({ orderBy: { id: 'desc' } });
    expect([last.state, last.outcome]).toEqual(['done', expect.stringContaining('stored, nothing to do')]);
    expect(world.heard()).toEqual([]);
  });
});

describe('GitLab before 14.6, and other trackers', () => {
  beforeEach(() => {
    world.gitlab.switches.stripQuickActions = false;
  });

  it('leave the line in: it is told, obeyed and answered', async () => {
    expect(await comment({ text: LINE })).toMatchObject({
      kept: LINE,
      hooks: ['create'],
      said: 1,
      linked: true,
    });
  });

  it('beside text just the same', async () => {
    const text = `Hedy called.\n\n${LINE}`;
    expect(await comment({ text })).toMatchObject({ kept: text, said: 1, linked: true });
  });

  it('but not for somebody who may not link people', async () => {
    expect(await comment({ who: 'gus', text: LINE })).toMatchObject({ kept: LINE, said: 1, linked: false });
  });

  it('in an edit it is not obeyed', async () => {
    expect(await edit('Hedy called.', LINE)).toMatchObject({ hooks: ['update'], said: 0, linked: false });
  });

  it('in the description of a new issue it is obeyed', async () => {
    const before = counts();
    const made = await world.gitlab.as('pia').createIssue('acme/app', { title: 'Old', description: LINE });
    iid = made.iid;
    expect(await came(made.description, before)).toMatchObject({ kept: LINE, said: 1, linked: true });
  });
});
