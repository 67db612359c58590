import { afterAll, beforeAll } from 'vitest';
import { startWorld, type World } from '../support/tieline.ts';

/**
 * The whole program for the tests of a file. Unlike `useWorld` it does not go back to the seeded customers after
 * each test, which takes longer than most of these tests do: they make what they need.
 */
export function useApi(): World {
  let world: World | null = null;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world?.close());
  return new Proxy({} as World, {
    get: (_, key) => {
      if (!world) throw new Error('the world starts before the first test, not earlier');
      return Reflect.get(world, key);
    },
  });
}
