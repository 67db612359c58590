/** Starts a server on the first of the ports that is free, and on any at all when none is. */
export async function listenSomewhere<Server>(
  ports: readonly (number | null)[],
  start: (port: number) => Promise<Server>,
): Promise<Server> {
  for (const port of ports) {
    if (port === null || port <= 0 || port > 65_535) continue;
    try {
      return await start(port);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    }
  }
  return start(0);
}
