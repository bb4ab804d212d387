import { z } from 'zod';

/** Never out of the backup: a manifest is read before anything says that it is ours. */
const relativePath = z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[^/\0][^\0]*$/s);

/** Nothing else of a state folder is ever put in its place. */
const filePath = relativePath.regex(/^(?:miyabi\.db$|(?:artifacts|daily|releases|mirrors)\/)/);
const linkPath = relativePath.regex(/^(?:artifacts|daily|releases)\//);

/** A file of a backup, by its path in it. */
const backedUpFile = z.object({ path: filePath, bytes: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type BackedUpFile = z.infer<typeof backedUpFile>;

/** A link in a release, which stays what it is: nobody follows it. */
const backedUpLink = z.object({ path: linkPath, target: z.string().min(1) });
export type BackedUpLink = z.infer<typeof backedUpLink>;

const objectName = z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/);
/** The refs of one mirror, and the bundle that holds what they stand for. */
const backedUpMirror = z.object({
  /** Its name in the folder of mirrors: the id of the repository. */
  repository: z.string().regex(/^[\w-]+$/),
  file: filePath,
  refs: z.record(z.string().regex(/^refs\/[^\s~^:?*[\\]+$/), objectName),
  /** Commits whose parents are not there, as in a shallow clone. */
  shallow: z.array(objectName),
});
export type BackedUpMirror = z.infer<typeof backedUpMirror>;

/** Whether none of these links would be made by way of another, which may lead anywhere. */
function areApart(links: readonly BackedUpLink[]): boolean {
  const paths = new Set(links.map(({ path }) => path));
  return links.every(({ path }) => {
    const parts = path.split('/');
    return parts.every((_, index) => index === 0 || !paths.has(parts.slice(0, index).join('/')));
  });
}

/** What a backup says of itself, in `manifest.json`. Later versions read it; a higher `formatVersion` is refused. */
export const backupManifestSchema = z.object({
  format: z.literal('miyabi-backup'),
  formatVersion: z.literal(1),
  /** Epoch ms: the state that it holds. */
  madeAt: z.number(),
  /** The version of Miyabi that made it. */
  version: z.string(),
  /** The id of the state folder that it is of: services may keep theirs in one place. Each takes one without it for its own. */
  of: z.string().min(1).optional(),
  /** The number of the last migration, by schema: `weaver`, `miyabi`. */
  schemas: z.record(z.string(), z.int()),
  tables: z.array(z.object({ name: z.string(), rows: z.int().min(0) })),
  files: z.array(backedUpFile),
  links: z.array(backedUpLink).refine(areApart, 'a link below a link'),
  mirrors: z.array(backedUpMirror),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;

/** What the folders of a service's backups are called: their time, in a form that sorts and that every file system takes. */
export function backupName(at: number): string {
  return new Date(at)
    .toISOString()
    .replaceAll(':', '-')
    .replace(/\.\d+Z$/, 'Z');
}

/** Whether a folder was named by {@link backupName}: only such are ever removed by themselves. */
export function isBackupName(name: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ$/.test(name);
}

/** Which of these backups are beyond the newest `keep`. */
export function surplusBackups(names: readonly string[], keep: number): readonly string[] {
  return names.filter(isBackupName).toSorted().slice(0, -keep);
}

/** What no backup holds, and why: clauses. */
export const leftOutOfBackups: ReadonlyArray<{ readonly name: string; readonly because: string }> = [
  { name: 'worlds, bases, pool', because: 'they are made from commits whenever they are needed' },
  { name: 'layers', because: 'dependencies are installed again' },
  { name: 'logs', because: 'what agents printed decides nothing, and is removed 30 days after a run' },
  { name: 'fixes, deployments', because: 'they belong to what people and targets do on this machine' },
  { name: 'knowledge.db, knowledge-vectors.db', because: 'indices are made anew from the records' },
  { name: 'backup-id', because: 'whoever restores a backup elsewhere keeps backups of their own' },
];
