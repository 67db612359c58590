import {
  BOT_SCOPES,
  EVENTS,
  EVENTS_PATH,
  OAUTH_REDIRECT_PATH,
  SHORTCUTS,
  SLASH_COMMAND,
} from './app-surface.ts';

export interface ManifestOptions {
  /** Where Slack reaches Tieline, without a slash at the end; null only with Socket Mode. */
  readonly publicUrl: string | null;
  /** The GitLab whose issue links are unfurled; null for none. */
  readonly gitlabUrl: string | null;
  /** Requests come through a connection that Tieline opens. */
  readonly socket: boolean;
  /** Tokens of installations run out and are replaced; cannot be turned off again. */
  readonly rotatesTokens: boolean;
}

type Value = string | boolean | readonly Value[] | { readonly [name: string]: Value };

/** The Slack app as a manifest, in the words of Slack's schema (docs.slack.dev/reference/app-manifest). */
export function slackManifest(options: ManifestOptions): { readonly [name: string]: Value } {
  const { publicUrl, socket } = options;
  const requestUrl = socket || publicUrl === null ? null : publicUrl + EVENTS_PATH;
  const domains = unfurlDomains(options);
  return {
    display_information: {
      name: 'Tieline',
      description:
        'The customers behind GitLab issues: contacts, organizations, and what they are waiting for.',
      background_color: '#1f3a5f',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'tieline', always_online: true },
      shortcuts: SHORTCUTS.map(({ name, type, callbackId, description }) => ({
        name,
        type,
        callback_id: callbackId,
        description,
      })),
      slash_commands: [
        {
          command: SLASH_COMMAND.command,
          ...(requestUrl !== null && { url: requestUrl }),
          description: SLASH_COMMAND.description,
          usage_hint: SLASH_COMMAND.usageHint,
          should_escape: true,
        },
      ],
      ...(domains.length > 0 && { unfurl_domains: domains }),
    },
    oauth_config: {
      ...(publicUrl !== null && { redirect_urls: [publicUrl + OAUTH_REDIRECT_PATH] }),
      scopes: { bot: Object.keys(BOT_SCOPES) },
    },
    settings: {
      event_subscriptions: {
        ...(requestUrl !== null && { request_url: requestUrl }),
        bot_events: [...EVENTS],
      },
      interactivity: {
        is_enabled: true,
        ...(requestUrl !== null && { request_url: requestUrl, message_menu_options_url: requestUrl }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: socket,
      token_rotation_enabled: options.rotatesTokens,
    },
  };
}

/** Slack takes names alone, without a port. */
function unfurlDomains({ gitlabUrl, publicUrl }: ManifestOptions): string[] {
  const hosts = [gitlabUrl, publicUrl].filter((url) => url !== null).map((url) => new URL(url).hostname);
  return [...new Set(hosts)];
}

/** A manifest as YAML that Slack's form takes. */
export function renderYaml(value: Value, indent = ''): string {
  if (typeof value !== 'object') return `${scalar(value)}\n`;
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    return `\n${value.map((item: Value) => `${indent}- ${itemOf(item, inner)}`).join('')}`;
  }
  const lines = Object.entries(value).map(([name, part]) => {
    const text = renderYaml(part, inner);
    return `${indent}${name}:${text.startsWith('\n') ? '' : ' '}${text}`;
  });
  return indent === '' ? lines.join('') : `\n${lines.join('')}`;
}

/** The first line of a mapping stands behind the dash. */
const itemOf = (item: Value, indent: string): string => renderYaml(item, indent).trimStart();

/** Plain where YAML reads nothing else into it, else in double quotes, which are JSON's. */
function scalar(value: string | boolean): string {
  if (typeof value === 'boolean') return String(value);
  const plain =
    /^[A-Za-z/][\w/.-]*(?::[\w/.-]+)*$/.test(value) && !/^(?:true|false|null|yes|no|on|off)$/i.test(value);
  return plain ? value : JSON.stringify(value);
}
