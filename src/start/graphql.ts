import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { issueId } from '../domain/ids.ts';
import { createTokenCheck } from '../gitlab/check-token.ts';
import type { CallReport } from '../gitlab/client/transport.ts';
import { graphqlRoutes } from '../graphql/routes.ts';
import type { ServiceDeps } from '../services/deps.ts';
import { createGroupViewer } from '../services/groups/view-group.ts';
import type { FindIssue } from '../services/issues/follow-moves.ts';
import { findKnownIssue } from '../services/issues/list-issues.ts';

interface GraphqlParts {
  readonly services: ServiceDeps;
  readonly findIssue: FindIssue;
  readonly log: Logger;
  readonly onCall: (call: CallReport) => void;
}

/** The GraphQL API, which asks GitLab whose each token is. */
export function createGraphql({ services, findIssue, log, onCall }: GraphqlParts): FastifyPluginAsync {
  return graphqlRoutes({
    deps: services,
    viewer: createGroupViewer(services),
    findIssue: async (id) => {
      const known = await findKnownIssue(services, id);
      return findIssue({ id: issueId(id), known, changedSince: null });
    },
    checkToken: createTokenCheck({
      url: services.instanceUrl,
      log,
      onCall,
      clock: () => services.now().getTime(),
    }),
  });
}
