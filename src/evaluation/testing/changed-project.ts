import type { FileChange } from '../../domain/change.ts';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { detectChecks } from '../checks/detect.ts';
import { findIntegrity } from '../integrity/find.ts';
import type { Purpose } from '../integrity/purpose.ts';
import { restoredFiles, type RestoredFile } from '../integrity/restore.ts';
import { baseOf, checked, reported } from './evidence.ts';

/** The files of a small project, by path. */
export type Files = Readonly<Record<string, string>>;
/** What somebody does to a project; fails where it does nothing. */
export type Edit = (files: Files) => Files;

/** Replaces the only place at which `old` stands. */
export function edit(path: string, old: string, fresh: string): Edit {
  return (files) => {
    const text = files[path];
    if (text === undefined || text.split(old).length !== 2) throw new Error(`${JSON.stringify(old)} does not stand once in ${path}`);
    return { ...files, [path]: text.replace(old, () => fresh) };
  };
}

export function add(path: string, text: string): Edit {
  return (files) => {
    if (path in files) throw new Error(`${path} is there already`);
    return { ...files, [path]: text };
  };
}

export function append(path: string, text: string): Edit {
  return (files) => ({ ...files, [path]: `${existing(files, path)}${text}` });
}

export function remove(path: string): Edit {
  return (files) => {
    existing(files, path);
    return Object.fromEntries(Object.entries(files).filter(([name]) => name !== path));
  };
}

/** As git tells a rename: the file is gone from its place, and stands at another. */
export function move(from: string, to: string): Edit {
  return (files) => ({ ...remove(from)(files), [to]: existing(files, from) });
}

export function all(...edits: readonly Edit[]): Edit {
  return (files) => edits.reduce((left, each) => each(left), files);
}

function existing(files: Files, path: string): string {
  const text = files[path];
  if (text === undefined) throw new Error(`there is no ${path}`);
  return text;
}

export interface JudgedChange {
  readonly findings: readonly IntegrityFinding[];
  readonly restored: readonly RestoredFile[];
}

/** Judges what an edit does to a project. A file that is gone and one of much the same text that is new are one that moved. */
export async function judgeEdit(files: Files, change: Edit, purpose: Purpose = 'code'): Promise<JudgedChange> {
  const after = change(files);
  const touched = changesBetween(files, after);
  if (touched.length === 0) throw new Error('the edit changed nothing');
  const before = (path: string): Promise<string | undefined> => Promise.resolve(files[path]);
  const now = (path: string): Promise<string | undefined> => Promise.resolve(after[path]);
  const paths = (): Promise<readonly string[]> => Promise.resolve(Object.keys(files));
  const plan = await detectChecks({
    readFile: before,
    exists: (path) => Promise.resolve(path in files),
    list: () => Promise.resolve(Object.keys(files)),
  });
  const tests = reported({ 'a > passes': 'passed' });
  const cases =
    tests.kind === 'reported' ? Object.keys(files).map((file) => ({ id: `${file} > one`, status: 'passed' as const, file })) : [];
  const ofTests = { ...tests, cases: cases.filter(({ file }) => /test/i.test(file) && /\.(?:js|ts|py)$/.test(file)) };
  const findings = await findIntegrity({
    change: { files: touched },
    patch: '',
    plan,
    purpose,
    before,
    after: now,
    paths,
    base: baseOf({ tests: ofTests }),
    check: checked({ tests: ofTests }),
  });
  const restored = await restoredFiles({ change: { files: touched }, plan, purpose, before, after: now, paths });
  return { findings, restored };
}

function changesBetween(before: Files, after: Files): FileChange[] {
  const gone = Object.keys(before).filter((path) => !(path in after));
  const fresh = Object.keys(after).filter((path) => !(path in before));
  const pairs = new Map<string, string>();
  for (const path of fresh) {
    const from = gone.find((old) => !pairs.has(old) && alike(before[old] ?? '', after[path] ?? ''));
    if (from !== undefined) pairs.set(from, path);
  }
  const renamed = new Set(pairs.values());
  const one = (path: string, status: FileChange['status'], from?: string): FileChange => ({
    path,
    ...(from === undefined ? {} : { from }),
    status,
    ...counted(before[from ?? path], after[path]),
    binary: false,
    kind: 'file',
  });
  return [
    ...Object.keys(after)
      .filter((path) => path in before && before[path] !== after[path])
      .map((path) => one(path, 'modified')),
    ...gone.filter((path) => !pairs.has(path)).map((path) => one(path, 'deleted')),
    ...fresh.filter((path) => !renamed.has(path)).map((path) => one(path, 'added')),
    ...[...pairs].map(([from, path]) => one(path, 'renamed', from)),
  ];
}

function alike(a: string, b: string): boolean {
  const [left, right] = [new Set(a.split('\n')), new Set(b.split('\n'))];
  return [...left].filter((line) => right.has(line)).length >= 0.5 * Math.max(left.size, right.size);
}

function counted(before = '', after = ''): { readonly addedLines: number; readonly removedLines: number } {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const [were, are] = [new Set(old), new Set(now)];
  return { addedLines: now.filter((line) => !were.has(line)).length, removedLines: old.filter((line) => !are.has(line)).length };
}
