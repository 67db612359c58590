import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGitLabSetup, type GitLabSetup } from '../../src/gitlab/client/setup-client.ts';
import { takeUpMissed } from '../../src/gitlab/missed-deliveries.ts';
import { findPlace, type Scope } from '../../src/gitlab/registration/places.ts';
import { registerHooks } from '../../src/gitlab/registration/register-hooks.ts';
import { type Platforms, startPlatforms } from '../support/platforms.ts';
import { keptLog } from './kept-log.ts';

/** Nobody listens there, so that every delivery is missed. */
const URL_ = 'http://127.0.0.1:9/gitlab/webhooks';
const ACME: Scope = { kind: 'group', path: 'acme' };
const APP: Scope = { kind: 'project', path: 'acme/app' };
const SECRETS = { token: 'missed-secret-0123456789', signingToken: null };

let platforms: Platforms;
let gitlab: GitLabSetup;
beforeEach(async () => {
  platforms = await startPlatforms(() => '');
  const { url } = platforms.gitlab;
  const token = platforms.gitlab.tokenOf('root');
  gitlab = createGitLabSetup({ url, token, tokenName: 'GITLAB_ADMIN_TOKEN', log: keptLog() });
});
afterEach(() => platforms.close());

async function placeOf(scope: Scope) {
  return (await findPlace(gitlab, scope)) ?? expect.fail(`there is no ${JSON.stringify(scope)}`);
}

/** The kinds of what is taken up of all that acme was told in vain. */
async function missed(): Promise<string[]> {
  await platforms.gitlab.as('pia').comment('acme/app', 1, 'Nobody heard this.');
  await platforms.gitlab.idle();
  const kinds: string[] = [];
  const store = async ({ kind }: { kind: string }) => kinds.push(kind) > 0;
  const options = { gitlab, instanceUrl: platforms.gitlab.url, hookUrl: URL_, since: new Date(0), store };
  expect(await takeUpMissed(options, await placeOf(ACME))).toBe(kinds.length);
  return kinds;
}

test.each<[string, readonly Scope[]]>([
  ['by the webhook of a group', [ACME]],
  ['by the webhook of a project, where the group could have one and has none', [APP]],
])('what was sent in vain is taken up: %s', async (_, scopes) => {
  for (const scope of scopes)
    await registerHooks({ gitlab, url: URL_, secrets: SECRETS }, await placeOf(scope));
  expect(await missed()).toEqual(['note']);
});

test('what was sent in vain to others is none of ours', async () => {
  const { place } = await placeOf(APP);
  await gitlab.addHook(place, { url: 'http://127.0.0.1:9/ci', note_events: true });
  expect(await missed()).toEqual([]);
});
