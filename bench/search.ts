/**
 * How fast the first page of a search and autocomplete are, on 1,000,000 contacts in 1,000 crm groups, one of which has
 * 200,000. Measured is the service call with roles at hand: words, statements, rows made into contacts; not GitLab's
 * word on roles, nor rendering. Beside it, in turns, the best SQL that we know to write by hand for the same rows,
 * prepared on bare pg. For each shape: p50 and p99 in ms, calls per second and the ratio of the times per call, with
 * callers that never pause; then p50 and p99 with callers who ask ten times a second, as people do who type.
 * Run: node --import tsx bench/search.ts [--json] [--contacts=1000000] [--callers=16] [--seconds=3]
 */

import { asJson, log, option } from './options.ts';
import { measureShape } from './search/measure.ts';
import { openBench } from './search/server.ts';
import { shapes } from './search/shapes.ts';

const contacts = option('contacts', 1_000_000);
const callers = option('callers', 16);
const seconds = option('seconds', 3);
const bench = await openBench({ contacts, groups: 1_000, inHugeGroup: contacts / 5 }, { callers, log });
try {
  log(`${contacts} contacts, ${callers} callers, ${seconds} s each; ms`);
  log(
    'shape                                  p50     p99    calls/s   by hand p50     p99    calls/s   ratio   typing p50     p99   by hand p99',
  );
  const figures = [];
  for (const shape of await shapes(bench)) {
    const figure = await measureShape(shape, { callers, seconds });
    figures.push(figure);
    const cells = [figure.ours, figure.byHand].map(
      ({ p50, p99, perSecond }) =>
        `${p50.toFixed(2).padStart(7)} ${p99.toFixed(2).padStart(7)} ${perSecond.toFixed(0).padStart(10)}`,
    );
    log(
      `${figure.shape.padEnd(36)}${cells.join('      ')}  ${figure.ratio.toFixed(2).padStart(6)}` +
        [figure.typing.ours.p50, figure.typing.ours.p99, figure.typing.byHand.p99]
          .map((ms, index) => ms.toFixed(2).padStart(index === 1 ? 8 : 13))
          .join(''),
    );
  }
  if (asJson) process.stdout.write(`${JSON.stringify({ contacts, callers, seconds, figures })}\n`);
} finally {
  await bench.close();
}
