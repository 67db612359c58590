/**
 * How long hostile comments take to read, and how that grows. For each shape: processor time for a megabyte, the
 * median of several rounds, and time per doubling: the mean factor over three doublings (2 is linear).
 * Run: node --import tsx bench/grammar.ts [--json]
 */
import { extractCommands, storedText } from '../src/commands/grammar/comment.ts';
import { SHAPES } from './grammar/shapes.ts';
import { asJson } from './options.ts';

const NAMES = new Set(['add_contacts', 'remove_contacts', 'close', 'label', 'assign']);
const SIZES = [250_000, 500_000, 1_000_000, 2_000_000];
const SHOWN_SIZE = 1_000_000;
const ROUNDS = 3;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Processor time: other work on the machine does not count. */
function timeOnce(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

interface Figure {
  readonly shape: string;
  readonly what: 'extract' | 'stored';
  readonly milliseconds: number;
  readonly perDoubling: number;
}

function measure(shape: string, what: Figure['what'], build: (size: number) => string): Figure {
  const texts = SIZES.map(build);
  const run = (text: string): void => {
    if (what === 'extract') extractCommands(text, { names: NAMES, botUsername: 'tieline' });
    else storedText(text, NAMES);
  };
  const times = texts.map((text) => median(Array.from({ length: ROUNDS }, () => timeOnce(() => run(text)))));
  const first = Math.max(times[0] ?? 0, 1);
  const last = times.at(-1) ?? first;
  const milliseconds = times[SIZES.indexOf(SHOWN_SIZE)] ?? last;
  return { shape, what, milliseconds, perDoubling: (last / first) ** (1 / (SIZES.length - 1)) };
}

const figures: Figure[] = [];
for (const shape of SHAPES) {
  for (const what of ['extract', 'stored'] as const) {
    const figure = measure(shape.name, what, shape.build);
    figures.push(figure);
    if (asJson) continue;
    const cells = [shape.name.padEnd(30), what.padEnd(8), figure.milliseconds.toFixed(0).padStart(6)];
    process.stdout.write(`${cells.join(' ')} ms  x${figure.perDoubling.toFixed(2)} per doubling\n`);
  }
}
if (asJson) process.stdout.write(`${JSON.stringify({ size: SHOWN_SIZE, figures })}\n`);
