import { opendir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Advisories, Advisory, AdvisoryAnswer, AdvisorySeverity, PackageVersion } from '../../ports/advisories.ts';
import { compareVersions } from './compare-versions.ts';

const event = z.object({ introduced: z.string().optional(), fixed: z.string().optional(), last_affected: z.string().optional() });

const affected = z.object({
  package: z.object({ ecosystem: z.string(), name: z.string() }).optional(),
  versions: z.array(z.string()).default([]),
  ranges: z.array(z.object({ type: z.string(), events: z.array(event).default([]) })).default([]),
  database_specific: z.object({ severity: z.string().optional() }).optional(),
});

const document = z.object({
  id: z.string(),
  summary: z.string().optional(),
  details: z.string().optional(),
  withdrawn: z.string().optional(),
  affected: z.array(affected).default([]),
  database_specific: z.object({ severity: z.string().optional() }).optional(),
});
type Document = z.infer<typeof document>;

interface Index {
  readonly documents: ReadonlyMap<string, readonly Document[]>;
  readonly ecosystems: ReadonlySet<string>;
  /** Documents that could not be read: they might have spoken of anything. */
  readonly unreadable: number;
}

/** One advisory is a few kilobytes. */
const mostBytes = 4_000_000;

/**
 * Advisories that lie in a folder as JSON documents of the Open Source Vulnerability format (https://ossf.github.io/osv-schema/), also in
 * folders within it. They are read once, when something is asked for the first time. An ecosystem of which no document speaks is not known.
 */
export function osvFolder(folder: string): Advisories {
  let index: Promise<Index> | undefined;
  return {
    async about(packages, { timeoutMs, signal }) {
      index ??= readIndex(folder);
      const late = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
      const read = await Promise.race([index.catch((error: unknown) => String(error)), aborted(late)]);
      if (read === 'late')
        return { kind: 'unavailable', reason: `the advisories in ${folder} could not be read within ${timeoutMs / 1000} s` };
      if (typeof read === 'string') {
        index = undefined;
        return { kind: 'unavailable', reason: `the advisories in ${folder} cannot be read: ${read}` };
      }
      if (read.documents.size === 0) return { kind: 'unavailable', reason: `there are no advisories in ${folder}` };
      return answer(packages, read);
    },
  };
}

async function aborted(signal: AbortSignal): Promise<'late'> {
  if (signal.aborted) return 'late';
  return await new Promise((resolve) => signal.addEventListener('abort', () => resolve('late'), { once: true }));
}

async function readIndex(folder: string): Promise<Index> {
  const documents = new Map<string, Document[]>();
  const ecosystems = new Set<string>();
  let unreadable = 0;
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.json')) continue;
    const read = await readDocument(join(entry.parentPath, entry.name));
    if (read === undefined) unreadable += 1;
    else if (read.withdrawn === undefined) {
      for (const { package: of } of read.affected) {
        if (of === undefined) continue;
        const ecosystem = of.ecosystem.split(':', 1)[0]!;
        ecosystems.add(ecosystem);
        const key = keyOf({ ecosystem, name: of.name });
        const known = documents.get(key) ?? [];
        if (known.at(-1) !== read) documents.set(key, [...known, read]);
      }
    }
  }
  return { documents, ecosystems, unreadable };
}

async function readDocument(path: string): Promise<Document | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return text.length > mostBytes ? undefined : document.safeParse(JSON.parse(text)).data;
  } catch {
    // It is counted: what it would have said is not known.
    return undefined;
  }
}

function answer(packages: readonly PackageVersion[], { documents, ecosystems, unreadable }: Index): AdvisoryAnswer {
  const advisories: Advisory[] = [];
  const notKnown: PackageVersion[] = [];
  for (const one of packages) {
    const about = (documents.get(keyOf(one)) ?? []).map((found) => ({ found, verdict: isAffected(found, one) }));
    advisories.push(...about.filter(({ verdict }) => verdict === true).map(({ found }) => advisoryOf(found, one)));
    const isOpen = !ecosystems.has(one.ecosystem) || about.some(({ verdict }) => verdict === undefined);
    if (isOpen) notKnown.push(one);
  }
  if (advisories.length === 0 && unreadable > 0) return { kind: 'unavailable', reason: `${unreadable} of the advisories cannot be read` };
  return { kind: 'answered', advisories, notKnown };
}

/** @returns undefined where the versions cannot be compared. */
function isAffected(found: Document, one: PackageVersion): boolean | undefined {
  const entries = found.affected.filter(
    ({ package: of }) => of !== undefined && keyOf({ ecosystem: of.ecosystem.split(':', 1)[0]!, name: of.name }) === keyOf(one),
  );
  const verdicts = entries.map(({ versions, ranges }): boolean | undefined => {
    if (versions.some((version) => version === one.version || version === `v${one.version}`)) return true;
    const comparable = ranges.filter(({ type }) => type === 'SEMVER' || type === 'ECOSYSTEM');
    if (comparable.length === 0) return versions.length === 0 ? undefined : false;
    const within = comparable.map(({ events }) => isWithin(events, one));
    if (within.includes(true)) return true;
    // A list of versions names all of them, also where the ranges cannot be compared.
    return within.includes(undefined) && versions.length === 0 ? undefined : false;
  });
  return verdicts.includes(true) ? true : verdicts.includes(undefined) ? undefined : false;
}

/** As the format's own algorithm: the last event at or before the version decides. */
function isWithin(events: readonly z.infer<typeof event>[], { ecosystem, version }: PackageVersion): boolean | undefined {
  let inside = false;
  let introducedAt: string | undefined;
  const ordered = events.toSorted(
    (one, other) => (compareVersions(ecosystem, placeOf(one), placeOf(other)) ?? 0) || Number('fixed' in one) - Number('fixed' in other),
  );
  for (const { introduced, fixed, last_affected: last } of ordered) {
    const place = introduced ?? fixed ?? last;
    if (place === undefined) continue;
    const order = place === '0' ? 1 : compareVersions(ecosystem, version, place);
    if (order === undefined) return undefined;
    if (introduced !== undefined && order >= 0) [inside, introducedAt] = [true, introduced];
    else if (fixed !== undefined && order >= 0 && introducedAt !== undefined) inside = false;
    else if (last !== undefined && order > 0 && introducedAt !== undefined) inside = false;
  }
  return inside;
}

function placeOf({ introduced, fixed, last_affected: last }: z.infer<typeof event>): string {
  return introduced ?? fixed ?? last ?? '0';
}

function advisoryOf({ id, summary, details, affected: entries, database_specific: specific }: Document, of: PackageVersion): Advisory {
  const told = specific?.severity ?? entries.find(({ database_specific: own }) => own?.severity !== undefined)?.database_specific?.severity;
  const title = summary ?? details?.split('\n', 1)[0] ?? 'no title';
  return { id, package: of, severity: id.startsWith('MAL-') ? 'critical' : severityOf(told), title: title.slice(0, 300) };
}

function severityOf(told = ''): AdvisorySeverity {
  const word = told.toLowerCase();
  if (word === 'low' || word === 'high' || word === 'critical' || word === 'moderate') return word;
  return word === 'medium' ? 'moderate' : 'unknown';
}

function keyOf({ ecosystem, name }: { readonly ecosystem: string; readonly name: string }): string {
  return `${ecosystem} ${ecosystem === 'PyPI' ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name}`;
}
