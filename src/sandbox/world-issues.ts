/** The demo issues with their first comments. The make-believe GitLab gives them their ids; iids count per project in this order. */

/** A comment that is there from the start. */
export interface WorldComment {
  readonly by: string;
  readonly body: string;
  /** Visible to planners, reporters and above only. */
  readonly internal?: true;
}

/** An issue that is there from the start. */
export interface WorldIssue {
  readonly project: string;
  readonly title: string;
  readonly description: string;
  readonly author: string;
  readonly assignee?: string;
  readonly confidential?: true;
  readonly closed?: true;
  /** E-mails of contacts (of the project's root group) that are on the issue from the start. */
  readonly contacts: readonly string[];
  readonly comments: readonly WorldComment[];
}

/** Fourteen issues over all projects; `acme/app#4` is confidential, `acme/app#5` closed. */
export const ISSUES: readonly WorldIssue[] = [
  {
    project: 'acme/app',
    title: 'Export stops at 10 000 rows',
    description:
      'The CSV export of a large report ends after row 10 000 without a warning.\n\n1. Open **Reports**\n2. Choose *All time*\n3. Press **Export**\n\nThe file has 10 000 lines, the table says 48 213.',
    author: 'rita',
    assignee: 'dev',
    contacts: [],
    comments: [
      { by: 'dev', body: 'The limit is ours, not the database’s. I will make it stream.' },
      { by: 'pia', body: 'Two more customers asked about this on Monday. Can it go into the next release?' },
    ],
  },
  {
    project: 'acme/app',
    title: 'Login fails after the password was reset on another device',
    description: 'The old session is kept and every request answers 403 until the cookies are cleared.',
    author: 'dev',
    assignee: 'max',
    contacts: ['ada@example.com'],
    comments: [{ by: 'max', body: 'Reproduced. The refresh token survives the reset.' }],
  },
  {
    project: 'acme/app',
    title: 'Dark mode for the report viewer',
    description: 'White tables at night are hard on the eyes.',
    author: 'gus',
    contacts: ['margaret@apollo.example.org', 'rosa@harbour.example.com'],
    comments: [],
  },
  {
    project: 'acme/app',
    title: 'Attachment links can be guessed',
    description:
      'Links of attachments hold a counter. Details in the comments; keep this confidential until fixed.',
    author: 'max',
    assignee: 'dev',
    confidential: true,
    contacts: ['alan@bletchley.example.org'],
    comments: [{ by: 'olga', body: 'Nobody is told before the fix is out.' }],
  },
  {
    project: 'acme/app',
    title: 'Dates show the wrong day west of Greenwich',
    description: 'Due dates are shifted by one day in every time zone with a negative offset.',
    author: 'rita',
    closed: true,
    contacts: ['dorothy@apollo.example.org'],
    comments: [{ by: 'dev', body: 'Fixed in 4.2.1.' }],
  },
  {
    project: 'acme/app',
    title: 'Import contacts from a spreadsheet',
    description: 'Columns should be matched by their heading, with a preview before anything is saved.',
    author: 'pia',
    contacts: [],
    comments: [],
  },
  {
    project: 'acme/website',
    title: 'Pricing page names the old plans',
    description: 'The plans were renamed in spring. The page still says *Basic* and *Plus*.',
    author: 'olga',
    contacts: [],
    comments: [],
  },
  {
    project: 'acme/support/desk',
    title: 'Invoice 2291 was sent twice',
    description: 'The customer paid once and got a reminder for the second copy.',
    author: 'rita',
    assignee: 'pia',
    contacts: ['rosa@harbour.example.com', 'tom@harbour.example.com'],
    comments: [
      { by: 'pia', body: 'Apologised by phone, credit note is on its way.' },
      { by: 'olga', body: 'Third time this year for them. Give a month for free.', internal: true },
    ],
  },
  {
    project: 'acme/support/desk',
    title: 'How do I add a second administrator?',
    description: 'The hand-book mentions a role that the menu does not offer.',
    author: 'gus',
    contacts: ['howard@navy.example.com'],
    comments: [],
  },
  {
    project: 'acme/support/desk',
    title: 'Webhook deliveries arrive out of order',
    description: 'Their receiver sees *closed* before *opened* about once a day.',
    author: 'dev',
    contacts: [],
    comments: [],
  },
  {
    project: 'acme/platform/infra/ops',
    title: 'Nightly backup took nine hours',
    description: 'Usually it takes two. The window ends at six in the morning.',
    author: 'max',
    assignee: 'max',
    contacts: ['tommy@bletchley.example.org'],
    comments: [],
  },
  {
    project: 'globex/portal',
    title: 'Pupils see the timetable of last year',
    description: 'Only after the holidays, only on phones.',
    author: 'nina',
    contacts: ['seymour@cypress.example.org'],
    comments: [{ by: 'nina', body: 'It is the cache of the phone app.' }],
  },
  {
    project: 'globex/sales/leads',
    title: 'Offer for the hammock district',
    description: 'They want a price for two hundred seats.',
    author: 'nina',
    contacts: [],
    comments: [],
  },
  {
    project: 'nina/notes',
    title: 'Ideas for the autumn',
    description: 'Nothing that anybody else needs to see.',
    author: 'nina',
    contacts: [],
    comments: [],
  },
];
