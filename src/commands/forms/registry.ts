import { issues } from '../definitions/issues.ts';
import { activate, deactivate } from '../definitions/set-active.ts';
import { show } from '../definitions/show.ts';
import type { FormDefinition } from '../form.ts';
import { createContactForm } from './create-contact.ts';
import { createOrganizationForm } from './create-organization.ts';
import { editForm } from './edit.ts';
import { groupSettingsForm } from './group-settings.ts';
import { linkForm, setForm, unlinkForm } from './link.ts';
import { noticesForm } from './notices.ts';
import { pickContactsForm, pickEditForm, pickFor } from './pick.ts';

const FORMS: readonly FormDefinition[] = [
  createContactForm,
  createOrganizationForm,
  editForm,
  linkForm,
  unlinkForm,
  setForm,
  groupSettingsForm,
  noticesForm,
  pickEditForm,
  pickContactsForm,
  pickFor({ name: 'pick_show', title: 'Show', submit: 'Show' }, show),
  pickFor({ name: 'pick_issues', title: 'Issues', submit: 'Show' }, issues),
  pickFor({ name: 'pick_activate', title: 'Activate', submit: 'Activate' }, activate),
  pickFor({ name: 'pick_deactivate', title: 'Deactivate', submit: 'Deactivate' }, deactivate),
];

/** The form of this name; null when there is none (any more). */
export const formNamed = (name: string): FormDefinition | null =>
  FORMS.find((form) => form.name === name) ?? null;
