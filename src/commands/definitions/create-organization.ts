import { z } from 'zod';
import type { Organization } from '../../domain/customers.ts';
import { createOrganization } from '../../services/organizations/create-organization.ts';
import { arg, defineCommand } from '../command.ts';
import { groupOf } from '../context.ts';
import { CREATING } from '../families.ts';
import type { Reply } from '../reply.ts';
import { organizationFields } from '../wording/cards.ts';

export const createOrganizationCommand = defineCommand({
  name: 'create_organization',
  surfaces: {
    slack: {
      words: ['new', 'org'],
      aliases: [
        ['new', 'organization'],
        ['new', 'organisation'],
        ['new', 'company'],
        ['create', 'org'],
      ],
      asks: (typed, { form }) => (form || typed['name'] === undefined ? 'create_organization' : null),
    },
  },
  summary: 'Create an organization',
  family: CREATING,
  args: z.object({
    name: arg(z.string(), { typed: 'rest', hint: 'name', order: 0 }),
    rate: arg(z.string().optional(), { typed: 'option', hint: 'amount', aliases: ['default_rate'] }),
    note: arg(z.string().optional(), { typed: 'option', hint: 'text', aliases: ['description', 'notes'] }),
  }),
  examples: ['/crm new org Analytical Engines', '/crm new org "Navy" rate=120.50 note="Pays on time"'],
  ability: 'organization.create',
  run: async (context, args) =>
    createOrganization(context.deps, await groupOf(context), {
      name: args.name,
      defaultRate: args.rate ?? null,
      description: args.note ?? null,
    }),
  reply: organizationCreated,
});

/** Says that an organization is there now, with its card. */
export function organizationCreated(organization: Organization): Reply {
  return {
    tone: 'ok',
    title: [{ text: 'Organization ' }, { strong: organization.name }, { text: ' created.' }],
    blocks: [{ kind: 'fields', fields: organizationFields(organization) }],
    visibility: 'private',
  };
}
