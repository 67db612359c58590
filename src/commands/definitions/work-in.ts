import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import { rememberGroup } from '../../services/groups/set-channel-group.ts';
import { arg, defineCommand } from '../command.ts';
import { groupPath } from '../context.ts';
import { chosenGroup } from '../forms/option.ts';
import type { Reply } from '../reply.ts';

/** Sets a person's own group: what the menu on their page runs. */
export const workIn = defineCommand({
  name: 'work_in',
  surfaces: { slack: { words: ['group', 'mine'] } },
  hidden: true,
  summary: 'Choose the group that you work in where a channel has none',
  args: z.object({ path: arg(z.string(), { typed: 'one', hint: 'group', order: 0 }) }),
  examples: ['/crm group mine acme', '/crm group mine acme/support'],
  ability: 'contact.view',
  run: async (context, args) => {
    const { deps, actor, where } = context;
    if (where.surface !== 'slack')
      throw fail('input.invalid', { field: 'group', rule: 'surface', example: null });
    const id = chosenGroup(args.path);
    const reference =
      id === null
        ? (groupPath(context, args.path) ?? '')
        : (await openCrmGroup(deps, actor, id)).group.fullPath;
    await rememberGroup(deps, actor, { reference, place: where.place });
    return reference;
  },
  reply: (group): Reply => ({
    tone: 'ok',
    title: [
      { text: 'You work in ' },
      { strong: group },
      { text: ' now, where a channel has no group of its own.' },
    ],
    blocks: [],
    visibility: 'private',
  }),
});
