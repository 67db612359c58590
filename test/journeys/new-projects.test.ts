import { beforeEach, describe, expect, it } from 'vitest';
import { groupId } from '../../src/domain/ids.ts';
import { watchGroup } from '../../src/services/hooks/watched-groups.ts';
import { examine } from '../../src/start/doctor/examine.ts';
import { runProgram, settingsOf } from '../support/program.ts';
import { useWorld } from '../support/tieline.ts';

const world = useWorld();

/** A GitLab CE: groups have no webhooks of their own. */
const isCommunityEdition = () =>
  world.gitlab.faults.respond({ path: /\/groups\/\d+\/hooks/, status: 404, times: Number.POSITIVE_INFINITY });

async function watch(path: string): Promise<void> {
  const { groups } = world.gitlab.state();
  const id = groups.find((group) => group.path === path)?.id ?? expect.fail(`no group ${path}`);
  const url = `${world.tieline.url}/gitlab/webhooks`;
  await watchGroup(world.tieline.services, { id: groupId(id), fullPath: path, url });
}

/** The webhooks of a project that lead here, as the names of the events that they tell of. */
function hooksOf(project: string): string[][] {
  const { projects, hooks } = world.gitlab.state();
  const id = projects.find(({ path }) => path === project)?.id;
  return hooks
    .filter(
      ({ kind, ownerId, url }) => kind === 'project' && ownerId === id && url.startsWith(world.tieline.url),
    )
    .map(({ events }) =>
      Object.keys(events)
        .filter((name) => events[name])
        .sort(),
    );
}

const OUTCOMES = async () =>
  (await world.db.database.prisma.delivery.findMany({ orderBy: { id: 'asc' } })).map(
    ({ outcome }) => outcome,
  );

const EVENTS = [
  'confidential_issues_events',
  'confidential_note_events',
  'emoji_events',
  'issues_events',
  'note_events',
];

/** Sweeps, whatever comments of earlier tests it answers once more. */
async function sweep() {
  const report = await world.tieline.sweep();
  await world.settled();
  world.heard();
  return report?.mended ?? [];
}

describe('a project that comes below a group without webhooks of its own', () => {
  beforeEach(isCommunityEdition);

  it('gets its webhook by itself once the group was registered, and its first comment is answered', {
    timeout: 60_000,
  }, async () => {
    const { url } = world.tieline;
    const settings = settingsOf(world.config, { databaseUrl: world.db.connectionString, port: 3000 });
    const args = ['webhook', 'register', '--group', 'acme', '--url', url];
    const { exitCode, stderr } = await runProgram(args, settings);
    expect([exitCode, stderr]).toEqual([0, 'New projects below acme get their webhook by themselves.\n']);
    await world.gitlab.as('olga').createProject('acme/fresh');
    await world.settled();
    expect(hooksOf('fresh')).toEqual([EVENTS]);
    expect(await OUTCOMES()).toContainEqual(expect.stringContaining('webhook of acme/fresh created'));
    await world.gitlab.as('olga').createIssue('acme/fresh', { title: 'The first one' });
    await world.plays(`
      Pia on acme/fresh#1: @tieline add_contacts ada@example.com
      Tieline on acme/fresh#1: 1 contact added to acme/fresh#1.
        - ada@example.com: added
    `);
  });

  it('gets one webhook, however often it is told of', async () => {
    await watch('acme');
    await world.gitlab.as('olga').createProject('acme/once');
    await world.settled();
    const last = world.gitlab.deliveries().at(-1) ?? expect.fail('nothing was sent');
    await world.gitlab.resend(last.id);
    await world.db.database.prisma.$executeRaw`DELETE FROM hooked_projects`;
    const { iid } = await world.gitlab.as('olga').createIssue('acme/once', { title: 'Told of again' });
    await world.gitlab.as('olga').comment('acme/once', iid, 'And again.');
    await world.settled();
    expect(hooksOf('once')).toEqual([EVENTS]);
  });

  it('gets it when it is transferred there', async () => {
    await watch('acme');
    await world.gitlab.as('nina').createProject('globex/guest');
    await world.settled();
    expect(hooksOf('guest')).toEqual([]);
    await world.gitlab.transferProject('globex/guest', 'acme');
    await world.settled();
    expect(hooksOf('guest')).toEqual([EVENTS]);
  });

  it('gets it by the next sweep when its system hook was lost', async () => {
    await watch('acme');
    world.gitlab.faults.dropDeliveries(1);
    await world.gitlab.as('olga').createProject('acme/quiet');
    await world.settled();
    expect(hooksOf('quiet')).toEqual([]);
    expect(await sweep()).toContainEqual(
      expect.objectContaining({ kind: 'project', reference: 'acme/quiet', what: 'hooked' }),
    );
    expect(hooksOf('quiet')).toEqual([EVENTS]);
    expect((await sweep()).filter(({ what }) => what === 'hooked')).toEqual([]);
  });

  it('says in the ledger and to the doctor that it lacks the right, until a sweep finds it granted', async () => {
    await watch('acme');
    const every = { path: /\/projects\/\d+\/hooks/, status: 403, times: Number.POSITIVE_INFINITY };
    world.gitlab.faults.respond(every);
    await world.gitlab.as('olga').createProject('acme/closed');
    await world.settled();
    expect(await OUTCOMES()).toContainEqual(
      expect.stringContaining('no webhook for acme/closed: it takes the role Maintainer here'),
    );
    expect(await wrongWithHooks()).toContain(
      'fail: project acme/closed: it is new and could be given no webhook: it takes the role Maintainer here',
    );
    world.gitlab.faults.clear();
    isCommunityEdition();
    await sweep();
    expect(hooksOf('closed')).toEqual([EVENTS]);
    expect((await wrongWithHooks()).filter((line) => line.includes('acme/closed'))).toEqual([]);
  });

  it('is tried again when GitLab gives no answer to the system hook that told of it', async () => {
    await watch('acme');
    world.gitlab.faults.respond({ method: 'POST', path: /\/projects\/\d+\/hooks/, status: 502 });
    await world.gitlab.as('olga').createProject('acme/patient');
    await world.settled();
    expect(hooksOf('patient')).toEqual([EVENTS]);
  });
});

it('a project below a group that nobody registered is left alone', async () => {
  isCommunityEdition();
  await world.gitlab.as('nina').createProject('globex/alone');
  await world.settled();
  await sweep();
  expect(hooksOf('alone')).toEqual([]);
});

it('a group that has a webhook of its own by now is watched no longer', async () => {
  await watch('acme');
  await sweep();
  await world.gitlab.as('olga').createProject('acme/covered');
  await world.settled();
  expect(hooksOf('covered')).toEqual([]);
});

async function wrongWithHooks(): Promise<string[]> {
  const findings = await examine({
    server: {
      port: 0,
      host: '127.0.0.1',
      publicUrl: world.tieline.url,
      databaseUrl: world.db.connectionString,
      dataDir: 'unused',
      logLevel: null,
    },
    platforms: world.config,
    fix: false,
  });
  return findings
    .filter(({ check, status }) => check === 'gitlab.webhook' && status !== 'ok')
    .map(({ status, what }) => `${status}: ${what}`);
}
