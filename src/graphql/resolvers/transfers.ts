import type { OutcomeCounts } from '../../domain/transfer-report.ts';
import { decide } from '../../policy/authorize.ts';
import type { ViewedGroup } from '../../services/groups/view-group.ts';
import { type ListedTransfer, listTransferPage } from '../../services/transfers/list-transfers.ts';
import { Connection, emptyConnection, type PageArgs, pageOf, type Rows } from '../connections.ts';
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

/** A place in the list: how many rows are before it. Those that wait come first, so no row keeps its place. */
const cursorOf = (offset: number): string => Buffer.from(`transfer:${offset}`).toString('base64url');

function offsetOf(cursor: string | null): number {
  if (cursor === null) return 0;
  const [, digits] = /^transfer:(\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return digits === undefined ? 0 : Number(digits);
}

/** Transfers of the crm group that applies in a group, those that wait first. */
export async function transfersOf(view: ViewedGroup, args: PageArgs, { deps }: ApiContext) {
  const page = pageOf(args);
  if ('last' in page || !decide(view.actor, 'contact.view', view.crmGroup).allowed) {
    return emptyConnection<TransferNode>();
  }
  const offset = offsetOf(page.after);
  const { transfers, total } = await listTransferPage(deps, view, { limit: page.first, offset });
  const rows = transfers.map(toNode);
  const hasNextPage = offset + rows.length < total;
  return new TransferConnection(
    { rows, cursorAt: (index) => cursorOf(offset + index + 1), hasNextPage, hasPreviousPage: offset > 0 },
    total,
  );
}
