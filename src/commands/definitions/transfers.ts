import { z } from 'zod';
import { openCrmGroup } from '../../services/groups/open-crm-group.ts';
import {
  leaveTransferBehind,
  migrateTransfer,
  type TransferDecided,
} from '../../services/transfers/decide-held.ts';
import {
  ENTRIES_PER_PAGE,
  type ListedTransfer,
  listTransfers,
  showTransfer,
  TRANSFERS_PER_PAGE,
  type TransferList,
  type TransferReport,
} from '../../services/transfers/list-transfers.ts';
import { arg, type Command, defineCommand } from '../command.ts';
import { type CommandContext, groupOf } from '../context.ts';
import type { Inline, Reply, ReplyAction } from '../reply.ts';
import { count } from '../wording/phrases.ts';
import { entryItem, transferBlocks, wordDecided, wordReportTitle } from '../wording/transfer-list.ts';

const pageArg = arg(z.coerce.number().int().min(1).max(10_000).default(1), {
  typed: 'option',
  hint: 'page',
  hidden: true,
});

export const transfers = defineCommand({
  name: 'transfers',
  surfaces: { slack: { words: ['transfers'] } },
  summary: 'Show what moved in or out, and what waits for a decision',
  details:
    'When a group moves to another hierarchy, its contacts follow at once if whoever moved it may create contacts ' +
    'there. Otherwise the transfer is held: migrate it, or leave the contacts behind.',
  args: z.object({
    group: arg(z.string().optional(), { typed: 'one', hint: 'group', order: 0 }),
    page: pageArg,
  }),
  examples: ['/crm transfers', '/crm transfers acme/support'],
  ability: 'contact.view',
  run: async (context, args) => {
    const { deps, actor } = context;
    const opened =
      args.group === undefined
        ? await groupOf(context)
        : await openCrmGroup(deps, actor, args.group.replace(/^\/+|\/+$/g, ''));
    return { ...(await listTransfers(deps, opened, { page: args.page - 1 })), asked: args.group };
  },
  reply: replyList,
});

function replyList({
  crmGroup,
  transfers: listed,
  total,
  page,
  asked,
}: TransferList & { asked: string | undefined }): Reply {
  const where = asked === undefined ? '' : ` ${asked}`;
  const more: ReplyAction[] =
    (page + 1) * TRANSFERS_PER_PAGE < total
      ? [{ label: 'More', command: `transfers${where} page=${page + 2}` }]
      : [];
  return {
    tone: 'info',
    title: [
      { text: `${total === 0 ? 'No transfers' : count(total, 'transfer')} in or out of ` },
      { strong: crmGroup },
      { text: '.' },
    ],
    blocks: [
      ...listed.flatMap(transferBlocks),
      ...(more.length === 0 ? [] : [{ kind: 'actions' as const, actions: more }]),
    ],
    visibility: 'private',
  };
}

/** Left out, the transfers to choose from are shown. */
const idArg = arg(
  z
    .string()
    .regex(/^\d{1,18}$/)
    .optional(),
  { typed: 'one', hint: 'number', order: 0 },
);

/** What somebody may choose from who named no transfer. */
interface Choice {
  readonly crmGroup: string;
  readonly from: readonly ListedTransfer[];
}

async function choiceOf(context: CommandContext, verb: 'migrate' | 'leave'): Promise<Choice> {
  const { crmGroup, transfers: listed } = await listTransfers(context.deps, await groupOf(context), {
    page: 0,
  });
  return { crmGroup, from: listed.filter(({ may }) => may[verb]) };
}

function replyChoice(verb: 'migrate' | 'leave', { crmGroup, from }: Choice): Reply {
  const [first] = from;
  const what = verb === 'migrate' ? 'migrate' : 'leave behind';
  const title: Inline =
    first === undefined
      ? [{ text: 'Nothing in or out of ' }, { strong: crmGroup }, { text: ` waits that you may ${what}.` }]
      : [{ text: `Which transfer do you want to ${what}?` }];
  const hint: Inline =
    first === undefined
      ? [{ text: 'See those of a group with ' }, { code: '/crm transfers path/of/group' }]
      : [{ text: 'Press a button, or type ' }, { code: `/crm transfer ${verb} ${first.view.id}` }];
  return {
    tone: 'info',
    title,
    blocks: [...from.flatMap(transferBlocks), { kind: 'hint', text: hint }],
    visibility: 'private',
  };
}

function decision(
  verb: 'migrate' | 'leave',
  about: {
    summary: string;
    run: (...given: Parameters<typeof migrateTransfer>) => Promise<TransferDecided>;
  },
): Command {
  return defineCommand({
    name: `transfer_${verb}`,
    surfaces: { slack: { words: ['transfer', verb] } },
    hidden: true,
    summary: about.summary,
    args: z.object({ id: idArg }),
    examples: [`/crm transfer ${verb} 12`, `/crm transfer ${verb} 7`],
    ability: 'contact.create',
    run: async (context, { id }) =>
      id === undefined
        ? { choice: await choiceOf(context, verb) }
        : { decided: await about.run(context.deps, context.actor, BigInt(id)) },
    reply: (result) => ('choice' in result ? replyChoice(verb, result.choice) : wordDecided(result.decided)),
  });
}

export const migrateCommand = decision('migrate', {
  summary: 'Bring the contacts of a held transfer over',
  run: migrateTransfer,
});

export const leaveCommand = decision('leave', {
  summary: 'Leave the contacts of a held transfer behind',
  run: leaveTransferBehind,
});

export const transferReport = defineCommand({
  name: 'transfer_report',
  surfaces: { slack: { words: ['transfer', 'report'] } },
  hidden: true,
  summary: 'Show every row of a transfer',
  args: z.object({ id: idArg, page: pageArg }),
  examples: ['/crm transfer report 12', '/crm transfer report 12 page=2'],
  ability: 'contact.view',
  run: async (context, { id, page }) =>
    id === undefined
      ? {
          list: {
            ...(await listTransfers(context.deps, await groupOf(context), { page: page - 1 })),
            asked: undefined,
          },
        }
      : { report: await showTransfer(context.deps, context.actor, { id: BigInt(id), page: page - 1 }) },
  reply: (result) => ('list' in result ? replyList(result.list) : replyReport(result.report)),
});

function replyReport(report: TransferReport): Reply {
  const { view, entries, page, hasMore } = report;
  const more: ReplyAction[] = hasMore
    ? [{ label: 'More', command: `transfer report ${view.id} page=${page + 2}` }]
    : [];
  const first = page * ENTRIES_PER_PAGE + 1;
  return {
    tone: 'info',
    title: wordReportTitle(report),
    blocks: [
      ...(entries.length === 0
        ? [{ kind: 'hint' as const, text: 'No rows.' }]
        : [
            { kind: 'list' as const, items: entries.map(entryItem) },
            { kind: 'hint' as const, text: `Rows ${first} to ${first + entries.length - 1}.` },
          ]),
      ...(more.length === 0 ? [] : [{ kind: 'actions' as const, actions: more }]),
    ],
    visibility: 'private',
  };
}
