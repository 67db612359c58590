import { groupPlace, roleAt } from '../../domain/actor.ts';
import type { GitLabUserId, GroupId } from '../../domain/ids.ts';
import { tableAllows } from '../../policy/table.ts';
import type { ServiceDeps } from '../deps.ts';

/** Who alone reads a notice, and of which crm group it tells. */
export interface Reader {
  readonly userId: GitLabUserId;
  readonly crmGroupId: GroupId;
}

/** Whether somebody may still view the contacts that notices tell them of in person. Asks GitLab. */
async function mayRead(
  { directory }: Pick<ServiceDeps, 'directory'>,
  { userId, crmGroupId }: Reader,
): Promise<boolean> {
  const place = groupPlace(crmGroupId);
  const roles = await directory.roles(userId, [place]);
  return tableAllows('contact.view', roleAt({ roles }, place));
}

/** Whether whoever reads some notices may still read every one of them; of what several read nobody is asked. */
export async function mayReadAll(
  deps: Pick<ServiceDeps, 'directory'>,
  notices: readonly { readonly reader?: Reader }[],
): Promise<boolean> {
  const readers = new Map(
    notices.flatMap(({ reader }) =>
      reader ? [[`${reader.userId}/${reader.crmGroupId}`, reader] as const] : [],
    ),
  );
  const answers = await Promise.all([...readers.values()].map((reader) => mayRead(deps, reader)));
  return answers.every((may) => may);
}
