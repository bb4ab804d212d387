import { Failure } from '../../../domain/failure.ts';
import type { FailureText } from '../../../domain/failure.ts';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const states = {
  serializationFailure: '40001',
  deadlock: '40P01',
  lockNotAvailable: '55P03',
  tooManyConnections: '53300',
  diskFull: '53100',
  wrongPassword: '28P01',
  notAuthorized: '28000',
  noSuchDatabase: '3D000',
  insufficientPrivilege: '42501',
  readOnly: '25006',
  adminShutdown: '57P01',
  crashShutdown: '57P02',
  cannotConnectNow: '57P03',
  databaseDropped: '57P04',
  idleInTransaction: '25P03',
  undefinedTable: '42P01',
  noSchema: '3F000',
} as const;

/** What a connection says that is there no more, or a server that does not take any. */
const lostCodes = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN']);
const lostStates: ReadonlySet<string> = new Set([
  states.adminShutdown,
  states.crashShutdown,
  states.cannotConnectNow,
  states.databaseDropped,
  states.idleInTransaction,
]);
const lostWords =
  /^(?:Connection terminated|Connection ended|Client has encountered a connection error|Client was closed|Query read timeout|timeout e)/;

/** What the program that speaks for us says before it has asked the server anything, and has no code for. */
const lacksPassword = /client password must be a (?:non-empty )?string/;
const lacksEncryption = /^The server does not support SSL connections|^There was an error establishing an SSL connection/;
/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const badCertificate = /CERT|^UNABLE_TO_|SELF_SIGNED|ALTNAME_INVALID|^HOSTNAME_MISMATCH$/;

/** The SQLSTATE of an error of the server, or the code of one of the system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Nothing is known any more of what was sent last on this connection; on another one it may go on. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined && (lostCodes.has(code) || lostStates.has(code) || code.startsWith('08'))) return true;
  return error instanceof Error && lostWords.test(error.message);
}

/** Two transactions were in each other's way; the one that was undone succeeds when it is run again. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  return code === states.serializationFailure || code === states.deadlock;
}

/** May pass by itself. */
export function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return isConnectionLoss(error) || isConflict(error) || code === states.lockNotAvailable || code === states.tooManyConnections;
}

/** The name of the host cannot be found: trying again helps seldom, and nobody waits for it at a start. */
export function isUnknownHost(error: unknown): boolean {
  return codeOf(error) === 'ENOTFOUND';
}

export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === states.undefinedTable;
}

/** The error as a person can act on it; anything that is no fault of the database or of the way to it comes back unchanged. */
export function asPostgresFailure(error: unknown, database: string): unknown {
  if (error instanceof Failure) return error;
  const text = textOf(error);
  if (text === undefined) return error;
  return new Failure(
    'configuration',
    { what: `The database ${database} ${text.what}.`, why: `${text.why} (${messageOf(error)}).`, fix: text.fix },
    { facts: { database, code: codeOf(error) }, cause: error },
  );
}

/** What did not pass in time. */
export function busyFailure(database: string, afterMs: number, cause: unknown): Failure {
  const seconds = afterMs < 10_000 ? (afterMs / 1_000).toFixed(1) : String(Math.round(afterMs / 1_000));
  const text = textOf(cause) ?? busyText;
  return new Failure(
    'configuration',
    { what: `The database ${database} ${text.what} for ${seconds} s.`, why: `${text.why} (${messageOf(cause)}).`, fix: text.fix },
    { facts: { database, afterMs, code: codeOf(cause) }, cause },
  );
}

const busyText: FailureText = {
  what: 'stayed busy',
  why: 'Other transactions hold what this one needs and do not let go',
  fix: "Look for a transaction that was left open (`select * from pg_stat_activity where state like 'idle in%'`), end it, and try again.",
};

function textOf(error: unknown): FailureText | undefined {
  switch (codeOf(error)) {
    case states.wrongPassword:
    case states.notAuthorized:
      return {
        what: 'refuses this user',
        why: 'The name or the password is wrong, or the server does not let this user in from here',
        fix: "Correct the user and the password in the address, or the server's pg_hba.conf.",
      };
    case states.noSchema:
      return {
        what: 'has no schema that this user may make tables in',
        why: 'None of those in the search path of the user is there and open to it',
        fix: 'As the owner of the database: GRANT CREATE, USAGE ON SCHEMA public TO the user, or make it a schema of its own (CREATE SCHEMA AUTHORIZATION).',
      };
    case states.noSuchDatabase:
      return {
        what: 'does not exist',
        why: 'The server is there and has no database of this name',
        fix: 'Make it (`createdb` with its name, as a user who may), or correct the name in the address.',
      };
    case states.insufficientPrivilege:
      return {
        what: 'cannot be used by this user',
        why: 'The user lacks a right',
        fix: 'As the owner of the database: GRANT CREATE, USAGE ON SCHEMA public TO the user, and give it the tables if another user has made them.',
      };
    case states.readOnly:
      return {
        what: 'cannot be written',
        why: 'It is read-only: a standby, or set so',
        fix: 'Give the address of the primary server.',
      };
    case states.tooManyConnections:
      return {
        what: 'takes no more connections',
        why: 'All that the server or the user may have are in use',
        fix: 'Raise max_connections of the server, put pgbouncer before it, or run fewer workers: each needs up to 12.',
      };
    case states.diskFull:
      return {
        what: 'could not be written',
        why: 'The disk of the server is full',
        fix: 'Free some space there, then try again: everything stored before is safe.',
      };
    case states.lockNotAvailable:
      return busyText;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        what: 'cannot be reached',
        why: 'The name of its host is not known here',
        fix: 'Correct the host in the address, or the name service of this machine.',
      };
    case undefined:
    default:
      if (!isConnectionLoss(error)) return wayText(error);
      return {
        what: 'cannot be reached',
        why: 'Nothing answers there, the server is shutting down, or the network between is cut',
        fix: 'Start the server, or correct host and port in the address.',
      };
  }
}

/** What is wrong with how we came, before the server has looked at who we are. */
function wayText(error: unknown): FailureText | undefined {
  if (!(error instanceof Error)) return undefined;
  if (lacksPassword.test(error.message))
    return {
      what: 'asks for a password',
      why: 'None stands in the address, in PGPASSWORD or in the file ~/.pgpass for this user',
      fix: 'Set PGPASSWORD, or give the whole address with its password in MIYABI_DATABASE_URL.',
    };
  if (lacksEncryption.test(error.message))
    return {
      what: 'cannot be spoken with under TLS',
      why: 'The address asks for it (sslmode), and the server does not offer it',
      fix: 'Switch it on at the server, or leave sslmode out of the address where nobody can listen on the way.',
    };
  if (badCertificate.test(codeOf(error) ?? ''))
    return {
      what: 'has a certificate that is not believed',
      why: 'It is signed by nobody that this machine knows, made out for another host, or over',
      fix: 'Name the file with the certificate of who signs it as `sslrootcert=<file>` in the address (behind sslmode=verify-full), or give the host as the certificate has it.',
    };
  return undefined;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first] = error instanceof AggregateError ? (error.errors as readonly unknown[]) : [];
  const text = error.message === '' && first instanceof Error ? first.message : error.message;
  return text.split('\n', 1)[0] ?? '';
}
