import {
  type Check,
  flag,
  integer,
  type Json,
  list,
  oneOf,
  optional,
  record,
  refuse,
  type Spot,
  text,
  variant,
} from './checks.ts';
import { identifier } from './composition.ts';
import { richText } from './rich-text.ts';

/** Tables: at most 100 rows of 20 cells and 10,000 characters. */

const finite: Check = (value, spot) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) refuse(spot, 'type', 'must be a number');
};

const rawCells: Record<string, Check> = {
  raw_text: record({ type: oneOf('raw_text'), text: text() }),
  raw_number: record({ type: oneOf('raw_number'), value: finite, text: text() }),
};

const cell = variant({ ...rawCells, rich_text: richText });
const MAX_TABLE_CHARACTERS = 10_000;

/** Every character that is shown, however deep. */
function shownLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + shownLength(entry), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [name, entry]) =>
      sum + (name === 'text' && typeof entry === 'string' ? entry.length : shownLength(entry)),
    0,
  );
}

function notTooMuch(value: Json, spot: Spot): void {
  if (shownLength(value['rows']) > MAX_TABLE_CHARACTERS) {
    refuse(spot, 'max_length', `a table may hold at most ${MAX_TABLE_CHARACTERS} characters`);
  }
}

/** Rows are equally wide and the first holds no rich text. */
function evenRows(value: Json, spot: Spot): void {
  const rows = Array.isArray(value['rows']) ? value['rows'] : [];
  const widths = new Set(rows.map((row) => (Array.isArray(row) ? row.length : 0)));
  if (widths.size > 1) refuse(spot, 'width', 'every row must have the same number of cells');
  const header: unknown[] = Array.isArray(rows[0]) ? rows[0] : [];
  if (header.some((entry) => (entry as Json | null)?.['type'] === 'rich_text')) {
    refuse(spot, 'header', 'the header row may not hold rich text');
  }
}

export const table: Check = record(
  {
    type: oneOf('table'),
    block_id: optional(identifier),
    rows: list(list(cell, { max: 20 }), { max: 100 }),
    column_settings: optional(
      list(record({ align: optional(oneOf('left', 'center', 'right')), is_wrapped: optional(flag) }), {
        min: 0,
        max: 20,
      }),
    ),
  },
  notTooMuch,
);

export const dataTable: Check = record(
  {
    type: oneOf('data_table'),
    block_id: optional(identifier),
    caption: text(),
    rows: list(list(cell, { max: 20 }), { min: 2, max: 101 }),
    page_size: optional(integer(1, 100)),
    row_header_column_index: optional(integer(0, 19)),
  },
  (value, spot) => {
    notTooMuch(value, spot);
    evenRows(value, spot);
  },
);
