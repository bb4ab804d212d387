import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import semver from 'semver';
import { z } from 'zod';
import type { Advisories, Advisory, AdvisoryAnswer, PackageVersion } from '../../ports/advisories.ts';
import type { ProcessRunner } from '../../ports/process.ts';

interface NpmAuditOptions {
  readonly process: ProcessRunner;
  /** The user's own: their npm is asked, with their registry and their credentials. No file of a repository takes part. */
  readonly environment: Readonly<Record<string, string>>;
}

const advisory = z.object({
  source: z.union([z.number(), z.string()]).optional(),
  name: z.string(),
  title: z.string().catch('no title'),
  url: z.string().optional(),
  severity: z.enum(['low', 'moderate', 'high', 'critical']).catch('moderate'),
  range: z.string().catch('*'),
});

const report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), z.object({ via: z.array(z.union([z.string(), advisory])) })),
  metadata: z.object({ dependencies: z.object({ total: z.number() }) }),
});

/** In bytes; a report on a thousand packages is far smaller. */
const mostKept = 32 * 1024 * 1024;

/**
 * Asks the user's registry through `npm audit`, in an empty folder with a manifest and a lockfile of our own that hold nothing but the names and
 * versions. Knows packages of npm alone.
 */
export function npmAudit({ process, environment }: NpmAuditOptions): Advisories {
  return {
    async about(packages, { timeoutMs, signal }) {
      const asked = packages.filter(isAskable);
      const notKnown = packages.filter((one) => !isAskable(one));
      if (asked.length === 0) return { kind: 'answered', advisories: [], notKnown };
      const folder = await mkdtemp(join(tmpdir(), 'miyabi-audit-'));
      try {
        await writeFile(join(folder, 'package.json'), JSON.stringify(manifestOf(asked)));
        await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lockOf(asked)));
        const { stdout, stderr, end, droppedBytes } = await process.run({
          command: ['npm', 'audit', '--json', '--package-lock-only', '--ignore-scripts', '--no-update-notifier', '--fetch-retries=1'],
          cwd: folder,
          env: environment,
          timeoutMs,
          signal,
          keepBytes: mostKept,
        });
        if (end.kind === 'timeout') return { kind: 'unavailable', reason: `npm audit did not answer within ${timeoutMs / 1000} s` };
        if (end.kind === 'not-started') return { kind: 'unavailable', reason: `npm could not be started: ${end.reason}` };
        const answer = droppedBytes === 0 ? readAudit(stdout, asked) : undefined;
        return answer === undefined ? { kind: 'unavailable', reason: reasonIn(stdout, stderr) } : { ...answer, notKnown };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
  };
}

/** Reads what npm printed. @returns undefined for anything but a report on all that was asked: an error is no report, whatever the exit code. */
export function readAudit(stdout: string, asked: readonly PackageVersion[]): Extract<AdvisoryAnswer, { kind: 'answered' }> | undefined {
  const read = report.safeParse(parsed(stdout)).data;
  if (read === undefined || read.metadata.dependencies.total < asked.length) return undefined;
  const via = Object.values(read.vulnerabilities).flatMap((entry) => entry.via.filter((one) => typeof one !== 'string'));
  const advisories = via.flatMap((one) =>
    asked.filter((of) => of.name === one.name && isWithin(of.version, one.range)).map((of) => ofPackage(one, of)),
  );
  return {
    kind: 'answered',
    advisories: [...new Map(advisories.map((one) => [`${one.id} ${one.package.name} ${one.package.version}`, one])).values()],
    notKnown: [],
  };
}

function ofPackage({ url = '', source, title, severity }: z.infer<typeof advisory>, of: PackageVersion): Advisory {
  const id = url.slice(url.lastIndexOf('/') + 1);
  return { id: id === '' ? String(source ?? 'unnamed') : id, package: of, severity, title };
}

/** A range that cannot be read may be anything: npm said that it concerns what was asked. */
function isWithin(version: string, range: string): boolean {
  return semver.validRange(range) === null || semver.satisfies(version, range, { includePrerelease: true });
}

function isAskable({ ecosystem, name, version }: PackageVersion): boolean {
  return ecosystem === 'npm' && /^(?:@[a-z\d~-][\w.~-]*\/)?[a-z\d~-][\w.~-]*$/i.test(name) && semver.valid(version) !== null;
}

/** Several versions of one package stand beside each other under names of ours. */
function manifestOf(asked: readonly PackageVersion[]) {
  return { name: 'asked', version: '0.0.0', private: true, dependencies: dependenciesOf(asked) };
}

function dependenciesOf(asked: readonly PackageVersion[]): Readonly<Record<string, string>> {
  return Object.fromEntries(asked.map(({ name, version }, at) => [`asked-${at}`, `npm:${name}@${version}`]));
}

function lockOf(asked: readonly PackageVersion[]) {
  const own = ['', { name: 'asked', version: '0.0.0', dependencies: dependenciesOf(asked) }] as const;
  const entries = asked.map(({ name, version }, at) => [`node_modules/asked-${at}`, { name, version, license: 'none' }] as const);
  return { name: 'asked', version: '0.0.0', lockfileVersion: 3, requires: true, packages: Object.fromEntries([own, ...entries]) };
}

const failure = z.object({ message: z.string().optional(), error: z.object({ summary: z.string().optional() }).optional() });

function reasonIn(stdout: string, stderr: string): string {
  const { message, error } = failure.safeParse(parsed(stdout)).data ?? {};
  const told = [message, error?.summary, stderr.trim().split('\n').at(-1)].find((one) => one !== undefined && one !== '');
  return `npm audit gave no report${
    told === undefined
      ? ''
      : `: ${told
          .replaceAll(/\s+/g, ' ')
          .replaceAll(/\/\/[^\s/@]*@/g, '//')
          .slice(0, 200)}`
  }`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
