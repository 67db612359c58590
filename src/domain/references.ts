import { emailProblem } from './email.ts';
import { fail } from './errors.ts';
import { type ContactId, contactId, type OrganizationId, organizationId } from './ids.ts';

/** What somebody typed to name a contact or an organization. */
export type CustomerReference =
  | { readonly kind: 'email'; readonly email: string; readonly text: string }
  | { readonly kind: 'contact_id'; readonly id: ContactId; readonly text: string }
  | { readonly kind: 'organization_id'; readonly id: OrganizationId; readonly text: string }
  | { readonly kind: 'name'; readonly name: string; readonly text: string };

/** A text to look something up by: trimmed, with U+FFFD for what no row can hold (NUL, half of a character). */
export const lookupText = (typed: string): string => typed.replace(/\0|\p{Cs}/gu, '\ufffd').trim();

/** `C12` or `O3`: a contact's or an organization's number. */
const NUMBER = /^([co])0*([1-9]\d{0,17})$/i;

/** Whether a text is the number of a contact or an organization. */
export const isCustomerNumber = (text: string): boolean => NUMBER.test(text);

/** An e-mail address, `C12`, `O3`, or else a name. Never throws; `text` is what was typed. */
export function parseCustomerReference(typed: string): CustomerReference {
  const text = lookupText(typed);
  const numbered = NUMBER.exec(text);
  if (numbered) {
    const [, letter = '', digits = ''] = numbered;
    return letter.toLowerCase() === 'c'
      ? { kind: 'contact_id', id: contactId(digits), text }
      : { kind: 'organization_id', id: organizationId(digits), text };
  }
  if (text.includes('@') && emailProblem(text) === null) return { kind: 'email', email: text, text };
  return { kind: 'name', name: text.replace(/\s+/gu, ' '), text };
}

export interface IssueReference {
  /** The project's full path. */
  readonly project: string;
  readonly iid: number;
}

/** GitLab's slugs: letters, digits, `_`, `-`, `.`, parted by slashes, at least group and project. */
const PATH = '[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)+';
const SHORT = new RegExp(`^(${PATH})#(\\d{1,9})$`, 'u');
const URL_PATH = new RegExp(`^/(${PATH})/-/(?:issues|work_items)/(\\d{1,9})/?$`, 'u');

/**
 * `group/project#12`, or the URL of an issue or work item on `instanceUrl`. Throws `input.invalid` with what was
 * expected, also for an issue of another GitLab.
 */
export function parseIssueReference(typed: string, instanceUrl: string): IssueReference {
  const text = typed.trim();
  const short = SHORT.exec(text);
  const match = short ?? matchUrl(text, instanceUrl);
  const [, project = '', iid = ''] = match ?? [];
  if (!match || Number(iid) < 1) {
    throw fail('input.invalid', { field: 'issue', rule: 'issue.reference', example: 'acme/app#1' });
  }
  return { project, iid: Number(iid) };
}

function matchUrl(text: string, instanceUrl: string): RegExpExecArray | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  const url = new URL(text);
  const instance = new URL(instanceUrl);
  if (url.origin !== instance.origin) {
    throw fail('input.invalid', { field: 'issue', rule: 'issue.other_instance', example: 'acme/app#1' });
  }
  const base = instance.pathname.replace(/\/$/, '');
  if (!url.pathname.startsWith(base)) return null;
  return URL_PATH.exec(url.pathname.slice(base.length));
}

export const issueReference = (reference: IssueReference): string => `${reference.project}#${reference.iid}`;
