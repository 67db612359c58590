import type { Connecting } from '../../services/identity/connecting.ts';

/** A page of the way to a connected account. Holds no script, and every word of somebody else is escaped. */
export interface Page {
  readonly status: number;
  readonly html: string;
}

/** Names for the two sides, as far as they are known. */
export interface Sides {
  readonly gitlabHost: string;
  readonly slackPerson: string;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const STYLE = `
  :root { color-scheme: light dark; }
  body { font: 16px/1.5 system-ui, sans-serif; margin: 12vh auto 0; max-width: 34rem; padding: 0 1.5rem; }
  h1 { font-size: 1.4rem; line-height: 1.3; }
  dl { display: grid; grid-template-columns: auto 1fr; gap: .25rem 1rem; margin: 1.25rem 0; }
  dt { opacity: .75; } dd { margin: 0; font-weight: 600; overflow-wrap: anywhere; }
  button { font: inherit; padding: .5rem 1.1rem; margin: .5rem .5rem 0 0; border: 1px solid; border-radius: .4rem; cursor: pointer; }
  button.first { background: #1f6feb; border-color: #1f6feb; color: #fff; }
`;

/** A page around some HTML. */
export function page(status: number, title: string, body: string): Page {
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)} – Tieline</title><style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>
${body}
</main></body></html>
`;
  return { status, html };
}

/** Nothing is loaded, nothing may frame the page, and the address with its state goes nowhere else. */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Text, escaped. */
export const paragraph = (text: string): string => `<p>${escaped(text)}</p>`;
const AGAIN = 'Go back to Slack and type /crm connect for a new link.';

/** For a link that was used, has run out or was never made. */
export const expiredPage = (): Page =>
  page(410, 'This link does not work any more', paragraph(`It works once, and for ten minutes. ${AGAIN}`));

/** For who said no, on GitLab or here. */
export const declinedPage = (): Page =>
  page(200, 'Nothing was connected', paragraph(`You can close this page. ${AGAIN}`));

/** For a GitLab or a database that gives no answer. */
export const unavailablePage = (): Page =>
  page(
    503,
    'This does not work just now',
    paragraph(`Nothing was connected. Try again in a moment: ${AGAIN}`),
  );

/** For a deployment without OAuth. */
export const offPage = (): Page =>
  page(404, 'Connecting accounts is not set up here', paragraph('Ask whoever runs Tieline.'));

/** What came of it, worded for the person in front of the browser. */
export function connectingPage(result: Connecting, sides: Sides): Page {
  switch (result.outcome) {
    case 'expired':
      return expiredPage();
    case 'refused':
      return page(400, 'GitLab did not confirm the sign-in', paragraph(`Nothing was connected. ${AGAIN}`));
    case 'unfit':
      return page(
        403,
        `The GitLab account ${result.account.username} cannot be connected`,
        paragraph(
          result.why === 'bot'
            ? 'It belongs to a bot.'
            : 'It is blocked on GitLab; ask an administrator there.',
        ),
      );
    case 'confirm':
      return confirmPage(result, sides);
    case 'connected':
      return page(
        200,
        'Your accounts are connected',
        `${both(result.account, sides)}${paragraph('You can close this page and go on in Slack. /crm disconnect undoes it.')}`,
      );
  }
}

function both(account: { name: string; username: string }, { gitlabHost, slackPerson }: Sides): string {
  return `<dl><dt>Slack</dt><dd>${escaped(slackPerson)}</dd>
<dt>GitLab</dt><dd>${escaped(`${account.name} (@${account.username}) on ${gitlabHost}`)}</dd></dl>`;
}

/** Says what it means, since the link may come from somebody who would like to act as another. */
function confirmPage(result: Extract<Connecting, { outcome: 'confirm' }>, sides: Sides): Page {
  const { account, key } = result;
  return page(
    200,
    'Are both accounts yours?',
    `${both(account, sides)}
${paragraph(`Whoever uses the Slack account will see and change customers with the rights of ${account.username}.`)}
${paragraph('If you got this link from somebody else, choose “No”.')}
<form method="post" action="confirm"><input type="hidden" name="key" value="${escaped(key)}">
<button class="first" name="answer" value="yes">Yes, connect them</button><button name="answer" value="no">No</button></form>`,
  );
}
