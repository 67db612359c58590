import { z } from 'zod';
import { fail } from '../../domain/errors.ts';
import { authorize } from '../../policy/authorize.ts';
import { type ChosenGroup, chooseGroup } from '../../services/groups/choose-group.ts';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import { setChannelGroup } from '../../services/groups/set-channel-group.ts';
import { arg, defineCommand } from '../command.ts';
import type { Reply } from '../reply.ts';

const REASONS: Readonly<Record<ChosenGroup['by'], string>> = {
  named: 'you named it',
  channel: 'it is set for this channel',
  person: 'it is the group you chose',
  only: 'it is the only group whose contacts you may view',
};

export const group = defineCommand({
  name: 'group',
  surfaces: { slack: { words: ['group'] } },
  summary: 'Show or set the group that this channel works in',
  args: z.object({ path: arg(z.string().optional(), { typed: 'one', hint: 'path', order: 0 }) }),
  examples: ['/crm group', '/crm group acme/support'],
  ability: 'contact.view',
  run: async (context, args) => {
    const { deps, actor, where } = context;
    if (where.surface !== 'slack')
      throw fail('input.invalid', { field: 'group', rule: 'surface', example: null });
    const { place } = where;
    if (args.path !== undefined) {
      const set = await setChannelGroup(deps, actor, { reference: args.path.replace(/^\/|\/$/g, ''), place });
      return { ...set, by: null };
    }
    const chosen = await chooseGroup(deps, actor, { named: where.group, place });
    const opened = await openCrmGroup(deps, actor, chosen.reference);
    authorize(opened.actor, 'contact.view', opened.crmGroup);
    return { group: opened.group.fullPath, crmGroup: opened.crmGroup.fullPath, by: chosen.by };
  },
  reply: (result): Reply => ({
    tone: result.by === null ? 'ok' : 'info',
    title:
      result.by === null
        ? [{ text: 'This channel now works in ' }, { strong: result.group }, { text: '.' }]
        : [
            { text: 'Commands here work in ' },
            { strong: result.group },
            { text: `: ${REASONS[result.by]}.` },
          ],
    blocks: [
      ...(result.crmGroup === result.group
        ? []
        : [{ kind: 'hint' as const, text: `Its contacts are those of ${result.crmGroup}.` }]),
      { kind: 'hint', text: [{ text: 'Set it with ' }, { code: '/crm group path/of/group' }] },
    ],
    visibility: 'private',
  }),
});
