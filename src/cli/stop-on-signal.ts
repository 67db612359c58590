/** More than this and whoever asked us to stop would kill us. */
const STOP_WITHIN_MS = 10_000;

/** Stops in order on the first SIGTERM or SIGINT; a second one, or ten seconds, ends the process at once. */
export function stopOnSignal(steps: readonly (() => Promise<void>)[]): void {
  let stopping = false;
  const stop = async () => {
    if (stopping) process.exit(1);
    stopping = true;
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref();
    for (const step of steps) await step();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
