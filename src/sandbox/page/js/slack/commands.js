/** The subcommands of `/crm` as the composer suggests them. */
export const SUBCOMMANDS = [
  { label: 'find', hint: 'words', detail: 'Search contacts and organizations' },
  { label: 'show', hint: 'contact or org', detail: 'Show a card' },
  { label: 'new contact', hint: 'First Last e-mail org=…', detail: 'Create a contact' },
  { label: 'new org', hint: 'name rate=…', detail: 'Create an organization' },
  { label: 'edit', hint: 'contact or org', detail: 'Edit by form, or field=value' },
  { label: 'link', hint: 'issue contact…', detail: 'Link contacts to an issue' },
  { label: 'unlink', hint: 'issue contact…', detail: 'Remove contacts from an issue' },
  { label: 'contacts', hint: 'issue', detail: 'List the contacts of an issue' },
  { label: 'issues', hint: 'contact or org', detail: 'List their issues' },
  { label: 'group', hint: 'path', detail: 'Show or set this channel’s group' },
  { label: 'notify', hint: 'on or off', detail: 'Tell this channel what happens' },
  { label: 'whoami', hint: '', detail: 'Who am I, and what may I do' },
  { label: 'help', hint: 'command', detail: 'Show what there is' },
];

/** Commands to click, so that nobody has to know one. */
export const EXAMPLES = [
  '/crm find ada',
  '/crm show margaret@apollo.example.org',
  '/crm issues "Harbour Bakery"',
  '/crm contacts acme/support/desk#1',
  '/crm whoami',
  '/crm help',
];

/** Shortcuts that start anywhere, and those that start from a message, as the app declares them. */
export const SHORTCUTS = [{ id: 'new_contact', label: 'New contact' }];
export const MESSAGE_SHORTCUTS = [
  { id: 'save_as_contact', label: 'Save as contact' },
  { id: 'link_contacts', label: 'Link contacts to issue' },
];

/** What to suggest for the text before the cursor, or null. */
export function findCommands(before) {
  if (before === '/' || (before !== '' && '/crm'.startsWith(before))) {
    return {
      from: 0,
      items: [{ label: '/crm', insert: '/crm ', detail: 'Look up, create and link customers' }],
    };
  }
  const typed = /^\/crm +(.*)$/i.exec(before)?.[1];
  if (typed === undefined) return null;
  const wanted = typed.toLowerCase();
  const items = SUBCOMMANDS.filter(({ label }) => label.startsWith(wanted) && label !== wanted).map(
    ({ label, hint, detail }) => ({ label, insert: `${label} `, detail: hint, end: detail }),
  );
  return { from: before.length - typed.length, items };
}
