import { messageParts } from '../../db/queries/folding.ts';
import { fromJson } from '../../domain/json.ts';
import type { ServiceDeps } from '../deps.ts';
import type { SlackPlace } from '../groups/choose-group.ts';
import type { NoticePayload } from './announce.ts';
import { mayReadAll } from './may-read.ts';

export const DIGEST_PAGE = 20;

/** A page of the notices that one message told of. */
export interface DigestPage {
  readonly id: bigint;
  /** Empty for what is no digest of this place, and past its end. */
  readonly notices: readonly NoticePayload[];
  /** Of all pages. */
  readonly total: number;
  /** From 0. */
  readonly page: number;
  /** The number of the first notice, from 1. */
  readonly first: number;
}

/**
 * What a message told of, for those who are where it was posted: the channel, or the conversation with the one person
 * whom it was for, as long as they may see it. They could read all of it had it come one by one.
 */
export async function readDigest(
  deps: Pick<ServiceDeps, 'database' | 'directory'>,
  { teamId, channelId, slackUserId }: SlackPlace,
  { id, page }: { id: bigint; page: number },
): Promise<DigestPage> {
  const lanes = [channelId, slackUserId].map((place) => `slack:${teamId}:${place}`);
  const offset = page * DIGEST_PAGE;
  const { payloads, total } = await deps.database.transaction((tx) =>
    messageParts(tx, { id, lanes, kind: 'slack.notice' }, { limit: DIGEST_PAGE, offset }),
  );
  const told = payloads.map((payload) => fromJson<NoticePayload>(payload));
  const notices = (await mayReadAll(deps, told)) ? told : [];
  return { id, notices, total, page, first: offset + 1 };
}
