import type { World } from './tieline.ts';

/** A page or a redirect, as a browser without cookies gets it. */
export interface Visited {
  readonly status: number;
  /** Where it leads on to; null for a page. */
  readonly location: string | null;
  /** What is read on the page. */
  readonly text: string;
  readonly html: string;
}

/** Opens an address, or sends a form to it. */
export async function visit(url: string, form?: Record<string, string>): Promise<Visited> {
  const response = await fetch(url, {
    redirect: 'manual',
    ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
  });
  const html = await response.text();
  const text = html
    .replace(/<style>[\s\S]*?<\/style>|<title>.*?<\/title>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
    .trim();
  return { status: response.status, location: response.headers.get('location'), text, html };
}

/** The newest link to connect an account that somebody was given. */
export function linkFor(world: Pick<World, 'slack'>, slackUserId: string): string {
  const given = [...world.slack.messages()].reverse().find((message) => {
    return message.user === slackUserId && JSON.stringify(message.blocks).includes('/connect?state=');
  });
  const url = /"(http[^"]+\/connect\?state=[^"]+)"/.exec(JSON.stringify(given?.blocks ?? []))?.[1];
  if (!url) throw new Error(`${slackUserId} was given no link`);
  return url;
}

/** From the link to GitLab, where somebody signs in, to the address that GitLab sends them back to. */
export async function signIn(link: string, username: string): Promise<string> {
  const { location: gitlab } = await visit(link);
  if (gitlab === null) throw new Error('the link does not lead to GitLab');
  const { location: back } = await visit(gitlab, { username });
  if (back === null) throw new Error('GitLab sends nobody back');
  return back;
}
