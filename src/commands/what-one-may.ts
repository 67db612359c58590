import { groupPlace, roleAt } from '../domain/actor.ts';
import { AppError } from '../domain/errors.ts';
import { decide } from '../policy/authorize.ts';
import { type Ability, type AbilityOn, POLICY, roleName, tableAllows } from '../policy/table.ts';
import { type OpenedCrmGroup, openCrmGroup } from '../services/groups/open-crm-group.ts';
import { type CommandContext, groupOf } from './context.ts';

/** What somebody may do where they ask; for display, never to decide. */
export interface Standing {
  readonly may: ReadonlySet<Ability>;
  /** "You are Planner in acme."; null where no single group is meant. */
  readonly words: string | null;
  /** Why little or nothing is there; null where nothing is amiss. */
  readonly problem: AppError | null;
}

const ABILITIES = Object.keys(POLICY) as Ability[];
/** Somebody of many groups is shown what one may in the first of them. */
const MOST_GROUPS = 5;

function mayIn({ actor, group, crmGroup }: OpenedCrmGroup, ability: Ability): boolean {
  switch (POLICY[ability].on) {
    case 'crm_group':
      return decide(actor, ability as AbilityOn<'crm_group'>, crmGroup).allowed;
    case 'group':
      return decide(actor, ability as AbilityOn<'group'>, { ...group, kind: 'group' }).allowed;
    case 'issue':
      // Which issue is not said yet: what it takes on the crm group.
      return crmGroup.crmEnabled && tableAllows(ability, roleAt(actor, groupPlace(crmGroup.id)));
  }
}

const abilitiesIn = (opened: OpenedCrmGroup): Ability[] =>
  ABILITIES.filter((ability) => mayIn(opened, ability));

function wordsFor({ actor, crmGroup }: OpenedCrmGroup): string | null {
  const role = roleAt(actor, groupPlace(crmGroup.id));
  if (role === 'none') return null;
  return `You are ${roleName(role)} in ${crmGroup.fullPath}${crmGroup.crmEnabled ? '' : ', where CRM is off'}.`;
}

/**
 * What the person may do in the group that their commands work in; where that is not settled, in any of those they
 * may choose. Throws `unavailable.*`.
 */
export async function standingOf(context: CommandContext): Promise<Standing> {
  try {
    const opened = await groupOf(context);
    return { may: new Set(abilitiesIn(opened)), words: wordsFor(opened), problem: null };
  } catch (error) {
    if (!(error instanceof AppError) || error.code.startsWith('unavailable.')) throw error;
    const choices =
      error.code === 'ambiguous.group' ? (error.data as { choices: readonly string[] }).choices : [];
    const may = new Set<Ability>();
    for (const choice of choices.slice(0, MOST_GROUPS)) {
      for (const ability of abilitiesIn(await openCrmGroup(context.deps, context.actor, choice)))
        may.add(ability);
    }
    return { may, words: null, problem: choices.length === 0 ? error : null };
  }
}
