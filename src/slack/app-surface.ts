/**
 * Everything that the Slack app is asked about or asks for: the manifest is made of this, and a test holds it against
 * what the code listens to and calls.
 */

/** The one slash command. */
export const SLASH_COMMAND = {
  command: '/crm',
  description: 'Contacts and organizations behind GitLab issues',
  usageHint: 'find ada | new contact | link group/project#1 ada@example.com | help',
} as const;

/** The events that Tieline is told of. */
export const EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'link_shared',
  'tokens_revoked',
] as const;

/** What stands in the menus of Slack: beside a message, and behind the lightning. */
export const SHORTCUTS = [
  {
    callbackId: 'save_as_contact',
    type: 'message',
    name: 'Save as contact',
    description: 'Makes a contact of the person in a message',
  },
  {
    callbackId: 'link_contacts',
    type: 'message',
    name: 'Link contacts to issue',
    description: 'Links contacts to the issue in a message',
  },
  {
    callbackId: 'new_contact',
    type: 'global',
    name: 'New contact',
    description: 'Opens the form for a new contact',
  },
] as const;

/** The bot's scopes, none more than needed, with what each is for. */
export const BOT_SCOPES = {
  'app_mentions:read': 'commands by mention, in threads too',
  'channels:history': 'looks whether a notice is there already, after an answer that got lost',
  'channels:read': 'who reads along, before a link is unfurled',
  'chat:write': 'answers, cards and notices',
  commands: '/crm and the shortcuts',
  'groups:history': 'as channels:history, in private channels',
  'groups:read': 'as channels:read, in private channels',
  'links:read': 'links to issues and contacts',
  'links:write': 'their cards',
  'users:read': 'who somebody is',
  'users:read.email': 'their confirmed e-mail address, to find them on GitLab',
} as const;

/** Where Slack sends everything. */
export const EVENTS_PATH = '/slack/events';
/** Where Slack sends people back to who install the app. */
export const OAUTH_REDIRECT_PATH = '/slack/oauth_redirect';
