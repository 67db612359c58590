import { type DescribedSetting, describeSettings } from '../../src/settings.ts';
import { code, document, GENERATED, table } from './markdown.ts';

const SERVER = /^(?:PORT|HOST|PUBLIC_URL|DATABASE_URL|DATA_DIR|LOG_LEVEL|SWEEP_)/;

interface Section {
  readonly title: string;
  readonly settings: readonly DescribedSetting[];
}

/** The settings by what they are about, each in one section. */
function sections(): Section[] {
  const all = describeSettings();
  const about = (prefix: RegExp) => all.filter(({ name }) => prefix.test(name));
  const known = /^(?:SLACK|GITLAB)_/;
  return [
    { title: 'The server', settings: about(SERVER) },
    { title: 'Slack', settings: about(/^SLACK_/) },
    { title: 'GitLab', settings: about(/^GITLAB_/) },
    {
      title: 'The rest',
      settings: all.filter(({ name }) => !known.test(name) && !SERVER.test(name)),
    },
  ].filter(({ settings }) => settings.length > 0);
}

const marks = ({ needed, insteadOf, secret, fallback }: DescribedSetting): string =>
  [
    needed ? (insteadOf.length > 0 ? `needed without ${insteadOf.map(code).join(', ')}` : 'needed') : '',
    secret ? 'secret' : '',
    fallback === null ? '' : `default ${code(fallback)}`,
  ]
    .filter((mark) => mark !== '')
    .join(', ');

/** docs/settings.md: every setting. */
export const settingsDocument = (): string =>
  document(
    '# Settings',
    'Settings are environment variables; `.env` in the working directory is read too, and the environment wins. Empty counts as unset.',
    [
      '- With **no Slack and no GitLab setting at all** Tieline starts in sandbox mode: nothing has to be set.',
      '- The real bot needs every setting marked *needed*. Whatever is missing or wrong is listed at once, and the exit code is 78. `npm run -s tieline -- config check` says the same without starting anything.',
      '- A setting marked *secret* can also be read from a file: `GITLAB_TOKEN_FILE=/run/secrets/gitlab-token`. It is never printed.',
    ].join('\n'),
    ...sections().flatMap(({ title, settings }) => [
      `## ${title}`,
      table(
        ['Name', 'What it is for', 'What to put there', ''],
        settings.map((setting) => [code(setting.name), setting.purpose, setting.remedy, marks(setting)]),
      ),
    ]),
  );

function exampleLines(setting: DescribedSetting): string[] {
  const needed = setting.needed ? ' (needed by the real bot)' : '';
  return [
    `# ${setting.purpose}${needed}`,
    `#   ${setting.remedy}`,
    `#${setting.name}=${setting.fallback ?? ''}`,
    '',
  ];
}

/** .env.example: every setting that this version knows, commented out. */
export const envExample = (): string =>
  [
    `# ${GENERATED.replace(/^<!-- | -->$/g, '')}`,
    '# Copy it to .env and take the # away from what you set. With nothing set, Tieline starts in sandbox mode.',
    '# A secret can be read from a file instead: NAME_FILE=/path. docs/settings.md says more.',
    '',
    ...sections().flatMap(({ title, settings }) => [
      `# --- ${title} ---`,
      '',
      ...settings.flatMap(exampleLines),
    ]),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
