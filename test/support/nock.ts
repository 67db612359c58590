import nock from 'nock';
import { afterAll, afterEach, beforeAll } from 'vitest';

/** Lets nock answer this file's requests, and gives the network back afterwards: files share a process. */
export function useNock(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
  });
  afterEach(() => nock.cleanAll());
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}
