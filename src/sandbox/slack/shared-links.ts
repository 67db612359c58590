import type { Workspace } from './workspace.ts';

const ISSUE_PATH = /\/(?:-\/)?(?:issues|work_items)\/\d+\/?$/;

/** The addresses in a message that the app unfurls: issue pages, unless the options say otherwise. */
export function issueAddresses(workspace: Workspace, text: string): URL[] {
  const wanted = workspace.options.unfurls ?? ((url: URL) => ISSUE_PATH.test(url.pathname));
  const addresses = [...text.matchAll(/<(https?:\/\/[^|>]+)[|>]/g)].map((match) =>
    (match[1] ?? '').replaceAll('&amp;', '&'),
  );
  return [...new Set(addresses)]
    .filter((address) => URL.canParse(address))
    .map((address) => new URL(address))
    .filter(wanted);
}
