import { lockOrganization, updateOrganization } from '../../db/queries/edit-customers.ts';
import type { Organization } from '../../domain/customers.ts';
import {
  type FieldChange,
  type OrganizationField,
  type OrganizationValues,
  organizationChanges,
} from '../../domain/edits.ts';
import { fail } from '../../domain/errors.ts';
import type { CrmEvent } from '../../domain/events.ts';
import type { OrganizationId } from '../../domain/ids.ts';
import { parseDescription, parseName, parseRate } from '../../domain/values.ts';
import { authorize } from '../../policy/authorize.ts';
import type { ServiceDeps } from '../deps.ts';
import { type Overtaken, overtakenBy, staleError } from '../edits/meanwhile.ts';
import { recordEdit } from '../edits/record-edit.ts';
import { loadHoldingGroup, requireCrmCapable } from '../groups/holding-group.ts';
import type { OpenedCrmGroup } from '../groups/open-crm-group.ts';
import { once } from '../once.ts';

/** An absent field stays as it is; null empties it. */
export interface OrganizationEdit {
  readonly name?: string | null;
  /** A decimal number. */
  readonly defaultRate?: string | null;
  readonly description?: string | null;
  readonly active?: boolean;
}

export interface OrganizationEditing {
  readonly id: OrganizationId;
  readonly edit: OrganizationEdit;
  /** The version that the editor saw; absent when they saw none, and edit whatever is there. */
  readonly version?: number;
}

export interface OrganizationEdited {
  readonly organization: Organization;
  /** Empty when everything was as asked already. */
  readonly changes: readonly FieldChange[];
}

/**
 * Edits an organization of the crm group; its contacts stay as they are. Throws `conflict.stale` with what changed
 * meanwhile when its version is no longer the one seen, `input.invalid`, `conflict.name_taken`,
 * `conflict.not_crm_capable` or `not_found.organization`. Takes `organization.edit`.
 */
export async function editOrganization(
  deps: ServiceDeps,
  opened: Pick<OpenedCrmGroup, 'actor' | 'crmGroup'>,
  editing: OrganizationEditing,
): Promise<OrganizationEdited> {
  const { actor } = opened;
  const outcome = await once<({ kind: 'edited' } & OrganizationEdited) | Overtaken>(deps, actor, {
    command: 'edit_organization',
    run: async (tx) => {
      const crmGroup = await loadHoldingGroup(tx, opened.crmGroup.id);
      authorize(actor, 'organization.edit', crmGroup);
      const { id, version } = editing;
      const before = await lockOrganization(tx, crmGroup.id, id);
      if (!before) throw fail('not_found.organization', { reference: `O${id}`, nearest: null });
      const values = edited(before, editing.edit);
      const changes = organizationChanges(before, values);
      if (changes.length === 0) return { kind: 'edited', organization: before, changes };
      if (version !== undefined && version !== before.version) {
        const subject = { kind: 'organization', id } as const;
        return overtakenBy(tx, crmGroup.id, { subject, version, what: before.name });
      }
      await requireCrmCapable(tx, crmGroup, 'organizations');
      const now = deps.now();
      const organization = await updateOrganization(tx, before, { values, now });
      await recordEdit(tx, actor, {
        crmGroupId: crmGroup.id,
        subject: { kind: 'organization', id },
        versions: { before: before.version, after: organization.version },
        changes,
        now,
        eventOf: (some) => eventOf(before, organization, some),
      });
      return { kind: 'edited', organization, changes };
    },
  });
  if (outcome.kind === 'overtaken') throw await staleError(deps, outcome);
  return { organization: outcome.organization, changes: outcome.changes };
}

/** Values that are not touched are not judged again: they were once good enough. */
function edited(before: Organization, edit: OrganizationEdit): OrganizationValues {
  return {
    active: edit.active ?? before.active,
    name: edit.name === undefined ? before.name : parseName('name', edit.name ?? ''),
    defaultRate: edit.defaultRate === undefined ? before.defaultRate : parseRate(edit.defaultRate),
    description: edit.description === undefined ? before.description : parseDescription(edit.description),
  };
}

function eventOf(before: Organization, after: Organization, changes: readonly FieldChange[]): CrmEvent {
  const { id, name, active } = after;
  const organization = { id, name };
  const fields = changes.map((change) => change.field as OrganizationField);
  if (fields.includes('active')) {
    return { kind: active ? 'organization.activated' : 'organization.deactivated', organization };
  }
  const formerly = before.name === name ? null : before.name;
  return { kind: 'organization.edited', organization, formerly, fields };
}
