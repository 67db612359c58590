import { expect, test } from 'vitest';
import { notePace } from '../../src/gitlab/note-pace.ts';

test.each([
  ['https://gitlab.com', 60],
  ['https://gitlab.example.com/gitlab', 300],
  ['http://127.0.0.1:8080', 300],
])('notes on %s stay below its limit of %i a minute', (url, limit) => {
  const { most, perMs } = notePace(url);
  expect(perMs).toBe(60_000);
  expect(most).toBeLessThan(limit);
  expect(most).toBeGreaterThan(limit * 0.8);
});
