/** Who may import whom: STYLE of the house, one named rule each, type-only imports counted. No baseline. */
const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule(
      'domain-pure',
      'The domain knows no platform, HTTP, database or clock: it imports itself and zod only.',
      { path: '^src/domain/' },
      { pathNot: ['^src/domain/', '^node_modules/zod/'] },
    ),
    rule(
      'policy-on-domain',
      'The policy table and authorize build on the domain alone.',
      { path: '^src/policy/' },
      { pathNot: ['^src/(policy|domain)/'] },
    ),
    rule(
      'db-inward',
      'The database layer looks inward: at the domain, never at services, commands or edges.',
      { path: '^src/db/' },
      { path: '^src/', pathNot: ['^src/(db|domain)/'] },
    ),
    rule(
      'delivery-inward',
      'Inbox, outbox and worker know the domain and the database; handlers and senders are handed in.',
      { path: '^src/delivery/' },
      { path: '^src/', pathNot: ['^src/(delivery|db|domain)/'] },
    ),
    rule(
      'services-know-no-edge',
      'Rules live in services, the same for every way in: they import domain, policy and db.',
      { path: '^src/services/' },
      { path: '^src/', pathNot: ['^src/(services|domain|policy|db)/'] },
    ),
    rule(
      'commands-know-no-edge-or-db',
      'A command is grammar, a service call and a reply: it sees neither a platform nor the database.',
      { path: '^src/commands/' },
      { path: '^src/', pathNot: ['^src/(commands|services|domain|policy)/'] },
    ),
    rule(
      'edges-apart',
      'Slack and GitLab never import each other.',
      { path: '^src/(slack|gitlab)/' },
      { path: '^src/(slack|gitlab)/', pathNot: '^src/$1/' },
    ),
    rule(
      'edges-no-db',
      'An edge owns transport only; what is in the database it hears from commands and services.',
      { path: '^src/(slack|gitlab)/' },
      { path: '^src/(db|delivery|policy|cli|sandbox|start)/' },
    ),
    rule(
      'graphql-on-services',
      'GraphQL is a way in like the others: rules come from services, sentences from wording, never from the database.',
      { path: '^src/graphql/' },
      {
        path: '^src/',
        pathNot: ['^src/(graphql|services|domain|policy)/', '^src/commands/(wording/|reply\\.ts)'],
      },
    ),
    rule(
      'sandbox-outside',
      'The make-believe Slack and GitLab stand outside, behind HTTP: they know the words of the domain only.',
      { path: '^src/sandbox/' },
      { path: '^src/', pathNot: ['^src/(sandbox|domain)/'] },
    ),
    rule(
      'only-the-top-sees-all',
      'main, start and cli put everything together; nothing below imports them.',
      { path: '^src/', pathNot: ['^src/(main\\.ts|start/|cli/)'] },
      { path: '^src/(main\\.ts|start/|cli/)' },
    ),
    rule(
      'settings-from-the-top',
      'Settings are read once and handed down.',
      { path: '^src/', pathNot: ['^src/(config\\.ts|main\\.ts|start/|cli/)'] },
      { path: '^src/config\\.ts' },
    ),
    rule(
      'slack-at-home',
      'Slack packages stay in the Slack edge; the make-believe Slack may use their types.',
      { path: '^src/', pathNot: ['^src/(slack|sandbox/slack)/'] },
      { path: '^node_modules/@slack/' },
    ),
    rule(
      'gitbeaker-at-home',
      'The GitLab client stays in the GitLab edge.',
      { path: '^src/', pathNot: ['^src/gitlab/'] },
      { path: '^node_modules/@gitbeaker/' },
    ),
    rule(
      'prisma-at-home',
      'Prisma and pg stay in the database layer.',
      { path: '^src/', pathNot: ['^src/db/'] },
      { path: '^(node_modules/(@prisma/|prisma/|pg/)|src/db/generated/)' },
    ),
    rule(
      'http-at-the-top',
      'The HTTP server belongs to the edges, the top and the sandbox.',
      { path: '^src/', pathNot: ['^src/(gitlab|sandbox|start|graphql)/', '^src/main\\.ts'] },
      { path: '^node_modules/fastify/' },
    ),
    rule(
      'src-not-to-test',
      'The product never imports its tests.',
      { path: '^src/' },
      { path: '^(test|bench|scripts)/' },
    ),
    rule(
      'no-circular',
      'Modules that import each other are one module in two files.',
      {},
      { circular: true },
    ),
    rule(
      'declared-packages',
      'Every package that is imported stands in package.json.',
      { path: '^(src|test|scripts|bench)/' },
      { dependencyTypes: ['npm-no-pkg', 'unknown'] },
    ),
    rule(
      'resolvable',
      'Every import leads somewhere.',
      { path: '^(src|test|scripts|bench)/' },
      { couldNotResolve: true },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^src/db/generated/.+/', '^src/sandbox/page/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.d.ts'],
    },
  },
};
