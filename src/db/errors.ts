/** What the driver adapter reports, as far as it matters here. */
interface DriverFailure {
  readonly kind?: string;
  /** PostgreSQL's SQLSTATE. */
  readonly originalCode?: string;
  readonly originalMessage?: string;
  readonly constraint?: { readonly index?: string; readonly fields?: readonly string[] };
}

const UNREACHABLE_KINDS = new Set([
  'AuthenticationFailed',
  'ConnectionClosed',
  'DatabaseAccessDenied',
  'DatabaseDoesNotExist',
  'DatabaseNotReachable',
  'SocketTimeout',
  'TlsConnectionError',
  'TooManyConnections',
]);
// Connection trouble, no room left, and a server that is shutting down or starting up.
const UNREACHABLE_STATES = /^(08|53|57P)/;
// The driver reports these in words only.
const UNREACHABLE_WORDS =
  /^(Connection terminated|timeout exceeded when trying to connect|Client (was closed|has encountered a connection error))/;
// Such as ENOENT for a socket that is not there.
const SYSTEM_ERROR = /^E[A-Z]+$/;
// Prisma's own: no connection within maxWait, or a transaction that took longer than it may.
const TRANSACTION_API_ERROR = 'P2028';

/** The name of the index or constraint that refused a change; null for any other error. */
export function constraintOf(error: unknown): string | null {
  const failure = driverFailureOf(error);
  if (failure?.constraint?.index !== undefined) return failure.constraint.index;
  // CHECK and exclusion constraints come by in the message alone.
  const [, name] = failure?.originalMessage?.match(/violates (?:check|exclusion) constraint "([^"]+)"/) ?? [];
  return name ?? null;
}

/** Whether the transaction lost against another one and would likely succeed if it ran again. */
export function isWriteConflict(error: unknown): boolean {
  return driverFailureOf(error)?.kind === 'TransactionWriteConflict' || codeOf(error) === 'P2034';
}

/** Whether the database could not be asked, or did not finish: nothing is wrong with what was asked. */
export function isUnreachable(error: unknown): boolean {
  const failure = driverFailureOf(error);
  if (failure !== null) {
    return UNREACHABLE_KINDS.has(failure.kind ?? '') || UNREACHABLE_STATES.test(failure.originalCode ?? '');
  }
  if (!(error instanceof Error)) return false;
  if (codeOf(error) === TRANSACTION_API_ERROR || SYSTEM_ERROR.test(String(codeOf(error)))) return true;
  return UNREACHABLE_WORDS.test(error.message);
}

/** An error of the adapter carries it as its cause, one of Prisma's in its meta. */
function driverFailureOf(error: unknown): DriverFailure | null {
  if (!(error instanceof Error)) return null;
  const { meta } = error as { meta?: { driverAdapterError?: Error } };
  const bearer = meta?.driverAdapterError ?? error;
  return bearer.name === 'DriverAdapterError' ? (bearer.cause as DriverFailure) : null;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null)?.code;
}
