import { describe, expect, test } from 'vitest';
import {
  contactId,
  deliveryId,
  gitLabUserId,
  groupId,
  issueId,
  organizationId,
  projectId,
} from '../../src/domain/ids.ts';

const MAKERS = { contactId, deliveryId, gitLabUserId, groupId, issueId, organizationId, projectId };

describe.each(Object.entries(MAKERS))('%s', (_name, make) => {
  test.each([
    ['a number', 12, 12n],
    ['a string of digits', '12', 12n],
    ['a bigint', 12n, 12n],
    ['zeros in front', '007', 7n],
    ['the greatest that 64 bits hold', '9223372036854775807', 9_223_372_036_854_775_807n],
  ])('takes %s', (_what, value, id) => expect(make(value)).toBe(id));

  test.each([
    ['zero', 0],
    ['a negative number', -1],
    ['a fraction', 1.5],
    ['a number that lost digits', 2 ** 53],
    ['infinity', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
    ['an empty string', ''],
    ['words', 'twelve'],
    ['a sign', '+1'],
    ['space around digits', ' 1 '],
    ['hexadecimal digits', '0x10'],
    ['one more than 64 bits hold', '9223372036854775808'],
    ['twenty digits', '1'.repeat(20)],
    ['a bigint below one', 0n],
  ])('refuses %s', (_what, value) => expect(() => make(value)).toThrow(RangeError));
});
