import type { Family } from './command.ts';

/** Making something new. */
export const CREATING: Family = { name: 'create', summary: 'Create a contact or an organization' };
/** Active and inactive. */
export const ACTIVITY: Family = {
  name: 'activity',
  summary: 'Make a contact or an organization active or inactive',
};
/** Who is on an issue. */
export const LINKING: Family = { name: 'link', summary: 'Change the contacts of an issue' };
/** A group's CRM, on and off. */
export const SWITCHING: Family = { name: 'switch', summary: 'Turn CRM on or off for a group' };
/** Whose GitLab account is whose. */
export const CONNECTING: Family = { name: 'connect', summary: 'Connect your GitLab account, or forget it' };
