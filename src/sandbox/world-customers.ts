/**
 * The demo customers. Plain data: the product's seeding turns it into rows, so that the sandbox's contacts
 * have gone through the same rules as anybody's.
 */

/** An organization to be seeded. */
export interface WorldOrganization {
  /** Full path of the CRM group that it belongs to. */
  readonly group: string;
  readonly name: string;
  /** Decimal text, at most two places; null for none agreed. */
  readonly defaultRate: string | null;
  readonly description: string | null;
  readonly active: boolean;
}

/** A contact to be seeded. */
export interface WorldContact {
  readonly group: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string | null;
  readonly phone: string | null;
  readonly description: string | null;
  /** Name of an organization of the same group. */
  readonly organization: string | null;
  readonly active: boolean;
}

type OrganizationRow = [group: string, name: string, rate: string | null, description: string | null];
type ContactRow = [
  group: string,
  firstName: string,
  lastName: string,
  email: string | null,
  phone: string | null,
  organization: string | null,
  description?: string,
];

const ORGANIZATION_ROWS: readonly OrganizationRow[] = [
  ['acme', 'Navy', '120.00', 'Compilers and ballistics tables. Purchase orders take six weeks.'],
  ['acme', 'Analytical Engines Ltd', '95.50', 'First customer. Runs everything on its own hardware.'],
  ['acme', 'Apollo Guidance', '180.00', 'Renewal every July; security review before each one.'],
  ['acme', 'Bletchley Logistics', '75.00', 'Confidential by default: never quote them in public.'],
  ['acme', 'Harbour Bakery', null, 'Three shops and one very patient owner.'],
  ['acme', 'Sunset Telegraph', '60.00', 'Went out of business in March.'],
  ['globex', 'Cypress Creek Schools', '40.00', 'Education discount until the end of the school year.'],
  ['globex', 'Hammock District', null, 'Pays by invoice only.'],
];

const INACTIVE_ORGANIZATIONS = new Set(['Sunset Telegraph']);

const CONTACT_ROWS: readonly ContactRow[] = [
  [
    'acme',
    'Ada',
    'Lovelace',
    'ada@example.com',
    '+44 20 7946 0001',
    'Analytical Engines Ltd',
    'Prefers mail over calls. Reads the changelog.',
  ],
  [
    'acme',
    'Charles',
    'Babbage',
    'charles@example.com',
    '+44 20 7946 0002',
    'Analytical Engines Ltd',
    'Signs the orders.',
  ],
  ['acme', 'Mary', 'Somerville', 'mary@analytical.example.com', '+44 20 7946 0003', 'Analytical Engines Ltd'],
  [
    'acme',
    'Luigi',
    'Menabrea',
    'luigi@analytical.example.com',
    null,
    'Analytical Engines Ltd',
    'Writes in French and Italian.',
  ],
  [
    'acme',
    'Margaret',
    'Hamilton',
    'margaret@apollo.example.org',
    '+1 617 555 0101',
    'Apollo Guidance',
    'Technical lead. Page her only for priority one.',
  ],
  ['acme', 'Katherine', 'Johnson', 'katherine@apollo.example.org', '+1 617 555 0102', 'Apollo Guidance'],
  [
    'acme',
    'Dorothy',
    'Vaughan',
    'dorothy@apollo.example.org',
    '+1 617 555 0103',
    'Apollo Guidance',
    'Runs the desk that files most of their issues.',
  ],
  ['acme', 'Mary', 'Jackson', 'mary@apollo.example.org', '+1 617 555 0104', 'Apollo Guidance'],
  ['acme', 'Annie', 'Easley', 'annie@apollo.example.org', null, 'Apollo Guidance', 'Left in April.'],
  [
    'acme',
    'Alan',
    'Turing',
    'alan@bletchley.example.org',
    '+44 1908 555 201',
    'Bletchley Logistics',
    'Never phones on Fridays.',
  ],
  ['acme', 'Joan', 'Clarke', 'joan@bletchley.example.org', '+44 1908 555 202', 'Bletchley Logistics'],
  [
    'acme',
    'Tommy',
    'Flowers',
    'tommy@bletchley.example.org',
    '+44 1908 555 203',
    'Bletchley Logistics',
    'Owns the servers.',
  ],
  [
    'acme',
    'Mavis',
    'Batey',
    null,
    '+44 1908 555 204',
    'Bletchley Logistics',
    'No e-mail on principle; phone the front desk.',
  ],
  ['acme', 'Howard', 'Aiken', 'howard@navy.example.com', '+1 202 555 0110', 'Navy', 'Approves purchases.'],
  ['acme', 'Jean', 'Bartik', 'jean@navy.example.com', '+1 202 555 0111', 'Navy'],
  ['acme', 'Betty', 'Holberton', 'betty@navy.example.com', null, 'Navy', 'Asks for the sort order first.'],
  ['acme', 'Rosa', 'Baker', 'rosa@harbour.example.com', '+351 21 555 0120', 'Harbour Bakery', 'The owner.'],
  ['acme', 'Tom', 'Baker', 'tom@harbour.example.com', null, 'Harbour Bakery'],
  [
    'acme',
    'Samuel',
    'Morse',
    'samuel@telegraph.example.org',
    '+1 212 555 0130',
    'Sunset Telegraph',
    'Account closed.',
  ],
  ['acme', 'Hedy', 'Lamarr', 'hedy@example.org', '+43 1 555 0140', null, 'Independent. Radio questions.'],
  ['acme', 'Radia', 'Perlman', 'radia@example.org', null, null],
  ['acme', 'José', 'Núñez', 'jose.nunez@example.net', '+34 91 555 0150', null, 'Beta tester.'],
  ['acme', 'Zoë', "O'Hara-Smith", 'zoe@example.net', null, null, 'Met at the spring conference.'],
  ['acme', 'Walk-in', 'Customer', null, null, null, 'Stands for people who did not leave a name.'],
  ['globex', 'Edna', 'Krabappel', 'edna@cypress.example.org', '+1 541 555 0160', 'Cypress Creek Schools'],
  [
    'globex',
    'Seymour',
    'Skinner',
    'seymour@cypress.example.org',
    '+1 541 555 0161',
    'Cypress Creek Schools',
    'Wants everything in writing.',
  ],
  ['globex', 'Otto', 'Mann', null, '+1 541 555 0162', 'Cypress Creek Schools', 'Drives the bus; no e-mail.'],
  ['globex', 'Hank', 'Moleman', 'hank@hammock.example.net', '+1 541 555 0170', 'Hammock District'],
  [
    'globex',
    'Lindsey',
    'Naegle',
    'lindsey@hammock.example.net',
    '+1 541 555 0171',
    'Hammock District',
    'Changed jobs.',
  ],
  [
    'globex',
    'Ada',
    'Lovelace',
    'ada@example.com',
    null,
    null,
    'Known to both companies; each keeps its own card.',
  ],
];

const INACTIVE_EMAILS = new Set([
  'annie@apollo.example.org',
  'samuel@telegraph.example.org',
  'lindsey@hammock.example.net',
]);

/** Eight organizations, one of them inactive. */
export const ORGANIZATIONS: readonly WorldOrganization[] = ORGANIZATION_ROWS.map(
  ([group, name, defaultRate, description]) => ({
    group,
    name,
    defaultRate,
    description,
    active: !INACTIVE_ORGANIZATIONS.has(name),
  }),
);

/** Thirty contacts; some without e-mail, some without organization, three inactive. */
export const CONTACTS: readonly WorldContact[] = CONTACT_ROWS.map(
  ([group, firstName, lastName, email, phone, organization, description]) => ({
    group,
    firstName,
    lastName,
    email,
    phone,
    description: description ?? null,
    organization,
    active: email === null || !INACTIVE_EMAILS.has(email),
  }),
);
