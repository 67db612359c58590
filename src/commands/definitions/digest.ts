import { z } from 'zod';
import { readDigest } from '../../services/notices/read-digest.ts';
import { arg, defineCommand } from '../command.ts';
import { wordDigestPage } from '../wording/digests.ts';

export const digest = defineCommand({
  name: 'digest',
  surfaces: { slack: { words: ['digest'] } },
  hidden: true,
  summary: 'Show all that a digest of notices told of',
  args: z.object({
    id: arg(z.string().regex(/^\d{1,18}$/), { typed: 'one', hint: 'number', order: 0 }),
    page: arg(z.coerce.number().int().min(1).max(10_000).default(1), {
      typed: 'option',
      hint: 'page',
      hidden: true,
    }),
  }),
  examples: ['/crm digest 12', '/crm digest 12 page=2'],
  ability: null,
  run: async ({ deps, where }, args) => {
    if (where.surface !== 'slack') throw new Error('digest is a Slack command');
    return readDigest(deps, where.place, { id: BigInt(args.id), page: args.page - 1 });
  },
  reply: (page, { deps }) => wordDigestPage(page, deps.instanceUrl),
});
