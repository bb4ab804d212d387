import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** No system gives this number to anybody. */
const nobodysId = 1_897_654_321;

const program = fileURLToPath(new URL('../bin/miyabi.js', import.meta.url));

test('a user of whom the system knows nothing is asked for HOME', { timeout: 30_000 }, (context) => {
  if (process.getuid?.() !== 0) return context.skip('only root can start a program as somebody else');
  const as = { uid: nobodysId, gid: nobodysId, cwd: '/', encoding: 'utf8' } as const;
  try {
    execFileSync(process.execPath, ['-e', `require('node:fs').readFileSync(process.argv[1])`, program], {
      ...as,
      env: {},
      stdio: 'ignore',
    });
  } catch {
    return context.skip('this checkout can be read by its owner only');
  }
  const { status, stderr } = spawnSync(process.execPath, [program, 'status'], { ...as, env: { PATH: '/usr/bin:/bin' } });
  expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('Set HOME') });
});
