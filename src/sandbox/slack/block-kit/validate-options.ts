import { isObject, list, refuse, type Spot, type Violation } from './checks.ts';
import { exactlyOne, optionGroup, selectOption } from './composition.ts';

const options = list(selectOption, { min: 0, max: 100 });
const groups = list(optionGroup, { min: 0, max: 100 });

/** What Slack would hold against the answer to a block_suggestion: `{options}` or `{option_groups}`, 100 at most. */
export function validateOptions(payload: unknown): Violation[] {
  const found: Violation[] = [];
  const spot: Spot = { path: '', surface: 'modal', found };
  if (!isObject(payload)) {
    refuse(spot, 'type', 'must be an object');
    return found;
  }
  exactlyOne('options', 'option_groups')(payload, spot);
  if (payload['options'] !== undefined) options(payload['options'], { ...spot, path: '/options' });
  if (payload['option_groups'] !== undefined)
    groups(payload['option_groups'], { ...spot, path: '/option_groups' });
  return found;
}
