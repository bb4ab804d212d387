import { stripVTControlCharacters } from 'node:util';
import { Failure } from '../../../domain/failure.ts';
import { visibleText } from '../../../domain/visible-text.ts';
import type { BucketSettings } from './bucket-settings.ts';

/** What a server answered in place of what was asked for. */
export interface S3Refusal {
  readonly status: number;
  /** The server's own word, such as `NoSuchKey`; empty where it gave none. */
  readonly code: string;
  readonly message: string;
  /** The server's clock, epoch ms. */
  readonly serverTime: number | undefined;
  /** Where the bucket lies, when it says so. */
  readonly region: string | undefined;
}

/** Longest part of a server's words that is shown, in characters. */
const shown = 200;

/** Whether the same may succeed when it is asked again. */
export function isPassing({ status, code }: S3Refusal): boolean {
  return (
    status >= 500 ||
    status === 429 ||
    status === 408 ||
    ['SlowDown', 'RequestTimeout', 'BadDigest', 'XAmzContentSHA256Mismatch'].includes(code)
  );
}

/** Something that is not there, where the bucket is. */
export function isAbsent({ status, code }: S3Refusal): boolean {
  return status === 404 && code !== 'NoSuchBucket';
}

/** The failure of what a person can mend, or of a server that stays away. @param now our clock, epoch ms */
export function s3Failure(settings: BucketSettings, refusal: S3Refusal, now: number): Failure {
  const { endpoint, bucket } = settings;
  const { what, why, fix } = textFor(settings, refusal, now);
  const { status, code } = refusal;
  return new Failure('configuration', { what, why, fix }, { facts: { endpoint, bucket, status, code } });
}

function textFor({ endpoint, bucket, region }: BucketSettings, refusal: S3Refusal, now: number) {
  const { status, code, serverTime } = refusal;
  const said = wordsOf(refusal);
  const store = `The artifact store ${endpoint}`;
  if (code === 'RequestTimeTooSkewed') {
    const apart =
      serverTime === undefined
        ? ''
        : ` It is ${Math.round(Math.abs(now - serverTime) / 1_000)} s ${now > serverTime ? 'ahead of' : 'behind'} the server's.`;
    return {
      what: `${store} does not take our requests.`,
      why: `The clock of this machine is wrong.${apart}`,
      fix: 'Set it by NTP; more than 15 minutes are not borne.',
    };
  }
  if (code === 'NoSuchBucket') {
    return {
      what: `${store} has no bucket ${bucket}.`,
      why: said,
      fix: 'Make it, or name another one in `artifacts.bucket`; check `artifacts.endpoint` too.',
    };
  }
  if (
    [301, 307, 308].includes(status) ||
    ['PermanentRedirect', 'AuthorizationHeaderMalformed', 'IllegalLocationConstraintException'].includes(code)
  ) {
    const where = refusal.region === undefined ? '' : ` It is ${refusal.region}.`;
    return {
      what: `The bucket ${bucket} does not lie in the region ${region}.`,
      why: said,
      fix: `Set \`artifacts.region\` to its region.${where}`,
    };
  }
  if (status === 401 || status === 403) {
    return {
      what: `${store} does not let us use the bucket ${bucket}.`,
      why: said,
      fix: 'Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of this machine, and that this account may list, read, write and delete there.',
    };
  }
  if (status === 507 || /Quota|StorageFull|InsufficientStorage/.test(code)) {
    return {
      what: `${store} has no room left in the bucket ${bucket}.`,
      why: said,
      fix: 'Make room there, or collect what has expired with `miyabi gc`.',
    };
  }
  return {
    what: `${store} did not do what it was asked for in the bucket ${bucket}.`,
    why: said,
    fix: 'See what its own log says; when it is well again, run this again.',
  };
}

function wordsOf({ status, code, message }: S3Refusal): string {
  const words = visibleText(stripVTControlCharacters(message)).text.replaceAll(/\s+/g, ' ').trim().slice(0, shown);
  return `It answered ${[String(status), code, words]
    .filter((part) => part !== '')
    .join(' ')
    .replace(/\.$/, '')}.`;
}

/** A server that knows no such place, in whatever words. */
export function noBucket(settings: BucketSettings): Failure {
  return s3Failure(settings, { status: 404, code: 'NoSuchBucket', message: '', serverTime: undefined, region: undefined }, Date.now());
}

/** A server to which there is no way. */
export function unreachable({ endpoint, bucket }: BucketSettings, cause: unknown): Failure {
  return new Failure(
    'configuration',
    {
      what: `The artifact store ${endpoint} cannot be reached.`,
      why: `${reasonOf(cause)}.`,
      fix: 'Start it, or check `artifacts.endpoint` and the network between this machine and it.',
    },
    { facts: { endpoint, bucket }, cause },
  );
}

/** `fetch failed` says nothing; what failed is its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0] ?? cause);
  return cause instanceof Error ? reasonOf(cause) : error.message || error.name;
}
