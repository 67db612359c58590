import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crmGroupOf, type GroupWithSettings } from '../../src/domain/crm-group.ts';
import { groupId } from '../../src/domain/ids.ts';

type Chain = readonly [GroupWithSettings, ...GroupWithSettings[]];

/** Groups from the lowest to the root: id 1, 2, 3 …, with the source each one sets. */
function chain(...sources: (number | null)[]): Chain {
  const [own, ...above] = sources.map((source, index) => ({
    id: groupId(index + 1),
    fullPath: `level-${index + 1}`,
    crmEnabled: true,
    sourceGroupId: source === null ? null : groupId(source),
  }));
  if (!own) throw new Error('a chain holds at least one group');
  return [own, ...above];
}

describe('the crm group', () => {
  test.each([
    ['of a root group without a source is itself', [null], 1n],
    ['of a subgroup without a source is the root', [null, null, null], 3n],
    ['of a group with a source is that source', [7, null], 7n],
    ['is the source that the parent sets', [null, 7, null], 7n],
    ['is the source that the root sets', [null, null, 7], 7n],
    ['is the nearest source where several are set', [null, 7, 8], 7n],
    ['is the group’s own source before its parent’s', [9, 7, 8], 9n],
    ['of a group that is its own source is itself', [1, null], 1n],
    ['may be an ancestor that is not the root', [2, null, null], 2n],
    ['is not that source’s own source: sources are followed once', [2, 7, null], 2n],
  ])('%s', (_name, sources, expected) => {
    expect(crmGroupOf(chain(...sources))).toBe(expected);
  });

  test('does not depend on what is above the nearest source', () => {
    const source = fc.option(fc.integer({ min: 1, max: 50 }), { freq: 2 });
    fc.assert(
      fc.property(
        fc.array(source),
        fc.integer({ min: 1, max: 50 }),
        fc.array(source),
        (below, nearest, above) => {
          const unset = below.map(() => null);
          expect(crmGroupOf(chain(...unset, nearest, ...above))).toBe(BigInt(nearest));
        },
      ),
    );
  });

  test('does not depend on whether CRM is enabled', () => {
    const [own, root] = chain(null, null);
    if (!root) throw new Error('two groups');
    expect(
      crmGroupOf([
        { ...own, crmEnabled: false },
        { ...root, crmEnabled: false },
      ]),
    ).toBe(2n);
  });
});
