import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';

const [leftOpen, named] = [30, 40] as const;
const module = JSON.stringify(new URL('inherited.ts', import.meta.url).href);
const script = `
  const { spawnSync } = await import('node:child_process');
  const { closeInherited } = await import(${module});
  const seen = () => ['3', '${leftOpen}', '${named}'].map((descriptor) => spawnSync('test', ['-e', '/proc/self/fd/' + descriptor]).status === 0);
  const before = seen();
  closeInherited(['run', '/dev/fd/${named}', '--yes']);
  console.log(JSON.stringify([before, seen()]));`;

test.skipIf(!existsSync('/proc/self/fdinfo'))(
  'what was left open for us is handed on to nobody, but for what an argument names',
  async () => {
    const file = openSync('/etc/hostname', 'r');
    try {
      const others = Array.from({ length: named - 2 }, (_, at) => ([leftOpen, named].some((one) => one === at + 3) ? file : 'ignore'));
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit', ...others],
        env: { PATH: '/usr/bin:/bin' },
      });
      const ended = once(child, 'exit');
      expect(JSON.parse(await text(child.stdout!))).toEqual([
        [false, true, true],
        [false, false, true],
      ]);
      expect(await ended).toEqual([0, null]);
    } finally {
      closeSync(file);
    }
  },
);
