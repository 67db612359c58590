/**
 * How long comments and command lines take to read, and how that grows. For each shape: the median time at `size`,
 * and the time per doubling (the median of the ratios between neighbouring sizes; 2 is linear).
 * Run: node --import tsx bench/grammar.ts [--json]
 */
import { extractCommands, storedText } from '../src/commands/grammar/comment.ts';
import { SHAPES } from './grammar/shapes.ts';

const NAMES = new Set(['add_contacts', 'remove_contacts', 'close', 'label', 'assign']);
const SIZES = [125_000, 250_000, 500_000, 1_000_000];
const ROUNDS = 3;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function timeOnce(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
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
  const ratios = times.slice(1).map((time, index) => time / Math.max(times[index] ?? time, 1));
  return { shape, what, milliseconds: times.at(-1) ?? 0, perDoubling: median(ratios) };
}

const asJson = process.argv.includes('--json');
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
if (asJson) process.stdout.write(`${JSON.stringify({ size: SIZES.at(-1), figures })}\n`);
