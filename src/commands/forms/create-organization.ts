import { hasCode } from '../../domain/errors.ts';
import { authorize } from '../../policy/authorize.ts';
import type { OpenedCrmGroup } from '../../services/groups/open-crm-group.ts';
import { createOrganization } from '../../services/organizations/create-organization.ts';
import { groupOf } from '../context.ts';
import { organizationCreated } from '../definitions/create-organization.ts';
import { type Form, type FormDefinition, type FormField, textOf, typedText } from '../form.ts';
import {
  nullable,
  ORGANIZATION_FIELDS,
  type OrganizationValues,
  organizationFields,
  organizationProblems,
} from './organization-fields.ts';

function form(opened: OpenedCrmGroup, values: OrganizationValues, notice?: FormField['notice']): Form {
  return {
    form: 'create_organization',
    title: 'New organization',
    submit: 'Create',
    intro: [{ kind: 'hint', text: [{ text: 'In ' }, { strong: opened.crmGroup.fullPath }] }],
    fields: organizationFields(values, notice),
    group: opened.group.fullPath,
    data: {},
  };
}

/** The form that creates an organization. A name in use leads to the organization that has it. */
export const createOrganizationForm: FormDefinition = {
  name: 'create_organization',
  title: 'New organization',
  fields: ORGANIZATION_FIELDS,
  open: async (context, typed) => {
    const opened = await groupOf(context);
    authorize(opened.actor, 'organization.create', opened.crmGroup);
    return form(opened, {
      name: typedText(typed, 'name'),
      rate: typedText(typed, 'rate'),
      note: typedText(typed, 'note'),
    });
  },
  submit: async (context, sent) => {
    const opened = await groupOf(context);
    const problems = organizationProblems(sent);
    if (problems) return { kind: 'problems', problems };
    const [name, rate, note] = ['name', 'rate', 'note'].map((field) => textOf(sent, field)) as [
      string,
      string,
      string,
    ];
    try {
      const organization = await createOrganization(context.deps, opened, {
        name,
        defaultRate: nullable(rate),
        description: nullable(note),
      });
      return { kind: 'reply', reply: organizationCreated(organization) };
    } catch (error) {
      if (!hasCode(error, 'conflict.name_taken')) throw error;
      return {
        kind: 'form',
        form: form(
          opened,
          { name, rate: nullable(rate), note: nullable(note) },
          {
            text: 'Name has already been taken. Nothing was created.',
            actions: [
              {
                label: 'Show that organization',
                command: `show "${(error.data.organization ?? name).replaceAll('"', ' ')}" group=${opened.group.fullPath}`,
              },
            ],
          },
        ),
      };
    }
  },
};
