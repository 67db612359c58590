import type { OutcomeCounts } from '../../domain/transfer-report.ts';
import { decide } from '../../policy/authorize.ts';
import type { ViewedGroup } from '../../services/groups/view-group.ts';
import {
  type ListedTransfer,
  listTransferPage,
  type TransferWindow,
} from '../../services/transfers/list-transfers.ts';
import { Connection, emptyConnection, type Page, type PageArgs, pageOf, type Rows } from '../connections.ts';
import type { ApiContext } from '../context.ts';
import { globalId } from '../global-ids.ts';

const OUTCOMES = ['moved', 'copied', 'merged', 'conflict', 'dropped', 'waiting'] as const;

const countsOf = (counts: OutcomeCounts) =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, counts[outcome] ?? 0]));

function toNode({ view }: ListedTransfer) {
  const { counts } = view;
  return {
    ...view,
    id: globalId('CustomerRelations::Transfer', view.id),
    contacts: countsOf(counts.contacts),
    organizations: countsOf(counts.organizations),
    links: countsOf(counts.links),
  };
}

type TransferNode = ReturnType<typeof toNode>;

/** Transfers, with how many there are. */
export class TransferConnection extends Connection<TransferNode> {
  readonly count: () => Promise<number>;

  constructor(rows: Rows<TransferNode>, count: number) {
    super(rows);
    this.count = async () => count;
  }
}

/** A place in the list: its row, counted from 1. Those that wait come first, so no row keeps its place. */
const cursorOf = (row: number): string => Buffer.from(`transfer:${row}`).toString('base64url');

function rowOf(cursor: string): number {
  const [, digits] = /^transfer:(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return digits === undefined ? 0 : Number(digits);
}

function windowOf(page: Page): TransferWindow {
  if ('last' in page) {
    return { last: page.last, end: page.before === null ? null : Math.max(rowOf(page.before) - 1, 0) };
  }
  return { limit: page.first, offset: page.after === null ? 0 : rowOf(page.after) };
}

/** Transfers of the crm group that applies in a group, those that wait first. */
export async function transfersOf(view: ViewedGroup, args: PageArgs, { deps }: ApiContext) {
  const page = pageOf(args);
  if (!decide(view.actor, 'contact.view', view.crmGroup).allowed) return emptyConnection<TransferNode>();
  const { transfers, total, offset } = await listTransferPage(deps, view, windowOf(page));
  const rows = transfers.map(toNode);
  const place = {
    cursorAt: (index: number) => cursorOf(offset + index + 1),
    hasNextPage: offset + rows.length < total,
    hasPreviousPage: offset > 0,
  };
  return new TransferConnection({ rows, ...place }, total);
}
