import { plainText } from '../commands/reply.ts';
import { wordError } from '../commands/wording/errors.ts';
import { ConfigError, renderConfigError } from '../config.ts';
import {
  DataDirInUseError,
  DataDirVersionError,
  EmbeddedStartError,
  EmbeddedUnavailableError,
} from '../db/embedded/errors.ts';
import {
  DatabaseNewerError,
  DatabaseUnreachableError,
  DatabaseUnsuitableError,
  MigrationFailedError,
  MigrationsPendingError,
} from '../db/migration-errors.ts';
import { AppError, hasCode } from '../domain/errors.ts';
import { requestErrorBehind } from '../gitlab/client/request-error.ts';

/** Exit codes beside 0 and 1, from sysexits.h. */
export const EX_CONFIG = 78;

/** Errors whose message is all that a person needs; anything else is ours and shows its stack. */
const TOLD_IN_FULL = [
  DataDirInUseError,
  DataDirVersionError,
  EmbeddedStartError,
  EmbeddedUnavailableError,
  DatabaseNewerError,
  DatabaseUnreachableError,
  DatabaseUnsuitableError,
  MigrationFailedError,
  MigrationsPendingError,
];

/** A failure with its own message and exit code. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
  }
}

/** What is printed for an error, and the exit code. */
export function explain(error: unknown): { text: string; exitCode: number } {
  if (error instanceof ConfigError) return { text: renderConfigError(error), exitCode: EX_CONFIG };
  if (error instanceof CliError) return { text: error.message, exitCode: error.exitCode };
  if (TOLD_IN_FULL.some((kind) => error instanceof kind))
    return { text: (error as Error).message, exitCode: 1 };
  const unanswered = gitLabFailure(error);
  if (unanswered !== null) return { text: `${unanswered}.\nWhat to do says: tieline doctor`, exitCode: 1 };
  if (error instanceof AppError) return { text: plainText(wordError(error).title), exitCode: 1 };
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  if (code === 'EADDRINUSE') {
    return {
      text: `Port ${port ?? '?'} on ${address ?? '?'} is in use by another program.\nStop that program, or set PORT to a free port.`,
      exitCode: 1,
    };
  }
  if (code === 'EACCES' && port !== undefined) {
    return { text: `Port ${port} may not be used by this user.\nSet PORT to one above 1023.`, exitCode: 1 };
  }
  return { text: error instanceof Error ? (error.stack ?? error.message) : String(error), exitCode: 1 };
}

/** Why GitLab could not be asked or refused, in the words for an operator; null for any other failure. */
function gitLabFailure(error: unknown): string | null {
  if (error instanceof AppError && hasCode(error, 'unavailable.gitlab')) return error.data.detail;
  return requestErrorBehind(error)?.message ?? null;
}

/** Runs a command line; a failure is explained on standard error and ends the process with its code. */
export async function fromCli(run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const { text, exitCode } = explain(error);
    console.error(text);
    process.exitCode = exitCode;
  }
}
