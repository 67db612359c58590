import type { FormDefinition } from '../form.ts';
import { createContactForm } from './create-contact.ts';

const FORMS: readonly FormDefinition[] = [createContactForm];

/** The form of this name; null when there is none (any more). */
export const formNamed = (name: string): FormDefinition | null =>
  FORMS.find((form) => form.name === name) ?? null;
