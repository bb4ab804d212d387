import { expect, test } from 'vitest';
import type { ProcessResult } from '../../../ports/process.ts';
import { readSupervised } from './supervise.ts';

function seen(code: number, stderr = '', stdout = ''): ProcessResult {
  return { end: { kind: 'exited', code }, stdout, stderr, droppedBytes: 0, durationMs: 1, leftovers: 0 };
}

test.each([
  [137, 'SIGKILL'],
  [139, 'SIGSEGV'],
  [143, 'SIGTERM'],
  [152, 'SIGXCPU'],
])('the exit code %i of a shell is the signal %s', (code, signal) => {
  expect(readSupervised(seen(code)).end).toEqual({ kind: 'signalled', signal });
});

test.each([0, 1, 2, 127, 128, 200, 255])('the exit code %i is itself', (code) => {
  expect(readSupervised(seen(code, 'wrong\n')).end).toEqual({ kind: 'exited', code });
});

test.each([
  [1, `bwrap: Can't chdir to /x: No such file or directory\n`, `Can't chdir to /x: No such file or directory`],
  [125, 'miyabi: the way out could not be opened\n', 'the way out could not be opened'],
  [125, 'miyabi: the way out could not be opened: no port\n  at node\n', 'the way out could not be opened: no port'],
  [127, 'miyabi: There is no program x in the sandbox.\n', 'There is no program x in the sandbox.'],
  [126, `/usr/bin/env: 'x': Exec format error\n`, `'x': Exec format error`],
])('code %i with %j says that the program never began', (code, stderr, reason) => {
  expect(readSupervised(seen(code, stderr)).end).toEqual({ kind: 'not-started', reason });
});

test('the line that says so is not among what the program printed', () => {
  expect(readSupervised(seen(127, 'miyabi: There is no program x in the sandbox.\n')).stderr).toBe('');
});

test('a program that prints such a line and something else has begun', () => {
  expect(readSupervised(seen(1, 'bwrap: no\n', 'out')).end.kind).toBe('exited');
  expect(readSupervised(seen(1, 'miyabi: no issue\n')).end.kind).toBe('exited');
  expect(readSupervised(seen(1, 'bwrap: no\nmore\n')).end.kind).toBe('exited');
});

test('what was left over is counted, and the line that says so is not the program’s', () => {
  expect(readSupervised(seen(0, 'mine\n\nmiyabi: 3 processes were left over.\n'))).toMatchObject({ leftovers: 3, stderr: 'mine\n' });
  expect(readSupervised(seen(0, 'no end\nmiyabi: 1 processes were left over.\n'))).toMatchObject({ leftovers: 1, stderr: 'no end' });
});
