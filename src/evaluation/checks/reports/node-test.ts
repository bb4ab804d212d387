import { z } from 'zod';
import { type ReportedCase, wholeFile } from './case-ids.ts';
import type { ParsedReport } from './parsed-report.ts';

const line = z.union([
  z.object({ start: z.literal(true) }),
  z.object({ end: z.literal(true) }),
  z.object({
    names: z.array(z.string()).min(1),
    file: z.string().optional(),
    suite: z.boolean(),
    status: z.enum(['passed', 'failed', 'skipped']),
    failureType: z.string().optional(),
    message: z.string().optional(),
    durationMs: z.number().optional(),
  }),
]);

/** How node:test calls a test that did not end because something above it did. */
const brokenOff = new Set(['cancelledByParent', 'testAborted']);

/**
 * Reads the lines that our node:test reporter writes. A half line at the end (the runner was killed) is left out.
 * With `ended` (by a time limit) tests that were broken off for it are left out as well.
 * Suites are no tests, unless one failed for a reason of its own, such as a hook.
 */
export function parseNodeTest(text: string, ended = false): ParsedReport {
  const cases: ReportedCase[] = [];
  let complete = false;
  for (const row of text.split('\n')) {
    const parsed = line.safeParse(jsonOrUndefined(row));
    if (!parsed.success) continue;
    const entry = parsed.data;
    if ('end' in entry) complete = true;
    if (!('names' in entry)) continue;
    if (entry.suite && (entry.status !== 'failed' || entry.failureType === 'subtestsFailed')) continue;
    if (ended && entry.failureType !== undefined && brokenOff.has(entry.failureType)) continue;
    const isFile = entry.names.length === 1 && entry.file !== undefined && sameFile(entry.names[0] ?? '', entry.file);
    cases.push({ ...entry, names: isFile ? [wholeFile] : entry.names });
  }
  return { cases, complete };
}

/** A file that told of no test is reported by its path, absolute or relative. */
function sameFile(name: string, file: string): boolean {
  const isPath = name.includes('/') || /\.[cm]?[jt]sx?$/.test(name);
  return name === file || (isPath && file.endsWith(`/${name.replace(/^\.\//, '')}`));
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
