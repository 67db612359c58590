/** Where a contact or an organization is: a crm group's path, and `C12` or `O3`. */
export interface CustomerPlace {
  readonly group: string;
  readonly reference: string;
}

const PATH =
  /^\/groups\/([\w.-]+(?:\/[\w.-]+)*)\/-\/(?:contacts\/(C[1-9]\d{0,17})|organizations\/(O[1-9]\d{0,17}))\/?$/i;

/** What the address of a contact or an organization, below the one that others reach Tieline at, names; null for any other. */
export function parseCustomerAddress(address: string, publicUrl: string): CustomerPlace | null {
  if (!URL.canParse(address) || !URL.canParse(publicUrl)) return null;
  const url = new URL(address);
  const base = new URL(publicUrl);
  const below = base.pathname.replace(/\/$/, '');
  if (url.origin !== base.origin || !url.pathname.startsWith(below)) return null;
  const [, group, contact, organization] = PATH.exec(url.pathname.slice(below.length)) ?? [];
  const reference = contact ?? organization;
  return group === undefined || reference === undefined
    ? null
    : { group, reference: reference.toUpperCase() };
}

/** The address of a contact or an organization below the one that others reach Tieline at. */
export const customerAddress = ({ group, reference }: CustomerPlace, publicUrl: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/groups/${group}/-/${reference.startsWith('O') ? 'organizations' : 'contacts'}/${reference}`;
