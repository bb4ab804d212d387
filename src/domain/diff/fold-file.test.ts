import { describe, expect, it, test } from 'vitest';
import { foldOf, mostOpenLines } from './fold-file.ts';

const file = (path: string, more: { readonly binary?: boolean; readonly addedLines?: number; readonly removedLines?: number } = {}) => ({
  path,
  binary: false,
  addedLines: 3,
  removedLines: 1,
  ...more,
});

describe('a file of a diff', () => {
  test.each(['src/app.ts', 'lock.ts', 'docs/package-lock.json.md', 'src/distance/index.js', 'vendors.txt', 'admin.js', 'snapshot.ts'])(
    'is open where people read it: %s',
    (path) => expect(foldOf(file(path))).toBeUndefined(),
  );

  test.each(['package-lock.json', 'app/pnpm-lock.yaml', 'Cargo.lock', 'go.sum', 'rust/Gemfile.lock'])(
    'is closed as a lock file: %s',
    (path) => expect(foldOf(file(path))).toBe('lock-file'),
  );

  test.each([
    'dist/index.js',
    'a/vendor/b.go',
    'site.min.js',
    'site.min.css',
    'app.js.map',
    'test/__snapshots__/a.test.ts.txt',
    'a.test.ts.snap',
    'api/v1/users.pb.go',
    'users_pb2.py',
    'users_pb2_grpc.pyi',
    'schema.generated.ts',
  ])('is closed as generated: %s', (path) => expect(foldOf(file(path))).toBe('generated'));

  it('is closed where it is larger than anybody reads', () => {
    expect(foldOf(file('a.ts', { addedLines: mostOpenLines, removedLines: 0 }))).toBeUndefined();
    expect(foldOf(file('a.ts', { addedLines: mostOpenLines, removedLines: 1 }))).toBe('large');
  });

  it('is closed where there are no lines to show, whatever it is called', () => {
    expect(foldOf(file('package-lock.json', { binary: true }))).toBe('binary');
  });
});
