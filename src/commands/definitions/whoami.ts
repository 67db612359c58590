import { z } from 'zod';
import { groupPlace, roleAt } from '../../domain/actor.ts';
import { hasCode } from '../../domain/errors.ts';
import { decide } from '../../policy/authorize.ts';
import { type Ability, POLICY, roleName } from '../../policy/table.ts';
import { defineCommand } from '../command.ts';
import { groupOf } from '../context.ts';
import type { Reply } from '../reply.ts';
import { listed } from '../wording/phrases.ts';

const ON_GROUP = [
  'contact.view',
  'contact.create',
  'contact.edit',
  'organization.create',
  'organization.edit',
] as const;

export const whoami = defineCommand({
  name: 'whoami',
  surfaces: { slack: { words: ['whoami'] } },
  summary: 'Show who you are to Tieline and what you may do',
  args: z.object({}),
  examples: ['/crm whoami', '/crm whoami group=acme'],
  ability: null,
  run: async (context) => {
    const { actor, where } = context;
    const identifiedBy = where.surface === 'slack' ? where.identifiedBy : null;
    try {
      const { actor: here, crmGroup } = await groupOf(context);
      const may = ON_GROUP.filter((ability) => decide(here, ability, crmGroup).allowed);
      const role = roleAt(here, groupPlace(crmGroup.id));
      return { actor, identifiedBy, here: role === 'none' ? null : { group: crmGroup.fullPath, role, may } };
    } catch (error) {
      // Who somebody is can be told even where no group can be settled on.
      if (!hasCode(error, 'ambiguous.group') && !hasCode(error, 'not_found.group')) throw error;
      return { actor, identifiedBy, here: null };
    }
  },
  reply: ({ actor, identifiedBy, here }): Reply => ({
    tone: 'info',
    title: [{ text: 'On GitLab you are ' }, { strong: actor.name }, { text: ` (${actor.username}).` }],
    blocks: [
      {
        kind: 'hint',
        text:
          identifiedBy === 'oauth'
            ? 'You connected that account yourself.'
            : 'Found by your e-mail address, which is confirmed there.',
      },
      here === null
        ? { kind: 'text', text: 'No group is settled on here, or you hold no role in it.' }
        : {
            kind: 'text',
            text: `In ${here.group} you are ${roleName(here.role)}: ${wordsOf(here.may)}.`,
          },
    ],
    visibility: 'private',
  }),
});

function wordsOf(abilities: readonly Ability[]): string {
  return abilities.length === 0
    ? 'contacts and organizations take the Planner role or higher'
    : `you may ${listed(abilities.map((ability) => POLICY[ability].words))}`;
}
