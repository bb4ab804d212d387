import type { FileChange } from '../change.ts';

/** Why a file of a diff is shown closed: nobody reads it line by line, or it would make everything else hard to find. */
export type Fold = 'binary' | 'lock-file' | 'generated' | 'large';

/** Lines that are shown without being asked for. */
export const mostOpenLines = 1_500;

const lockFiles =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|deno\.lock|composer\.lock|gemfile\.lock|cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|pipfile\.lock|go\.sum|mix\.lock|podfile\.lock|packages\.lock\.json|gradle\.lockfile|flake\.lock|\.terraform\.lock\.hcl)$/i;

const generated = new RegExp(
  [
    String.raw`(?:^|\/)(?:node_modules|vendor|dist|__snapshots__|__generated__)\/`,
    String.raw`\.(?:min\.[cm]?js|min\.css|map|snap|pb\.go|pb\.cc|pb\.h|g\.dart|designer\.cs)$`,
    String.raw`_pb2(?:_grpc)?\.pyi?$`,
    String.raw`\.generated\.[^/]+$`,
  ].join('|'),
  'i',
);

/** Whether a file of a diff is shown closed until somebody asks for it, and why; undefined for one that is open. Only its path and its counts are looked at. */
export function foldOf({
  path,
  binary,
  addedLines,
  removedLines,
}: Pick<FileChange, 'path' | 'binary' | 'addedLines' | 'removedLines'>): Fold | undefined {
  if (binary) return 'binary';
  if (lockFiles.test(path)) return 'lock-file';
  if (generated.test(path)) return 'generated';
  return addedLines + removedLines > mostOpenLines ? 'large' : undefined;
}
