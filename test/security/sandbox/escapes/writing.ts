import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Escape } from '../escape.ts';
import { node, python, sh } from '../escape.ts';

/** After each, the folders around the world are compared with what they were. */
export const writing: readonly Escape[] = [
  { tries: 'overwrites a file by its path', program: ({ outside }) => sh(`echo evil > ${outside}/file; echo tried`) },
  { tries: 'makes a file beside', program: ({ outside }) => sh(`mkdir -p ${outside}; echo evil > ${outside}/new; echo tried`) },
  {
    tries: 'appends to a file by the way up',
    program: () => sh(`echo evil >> ../../beta/tree/secret; echo evil >> ../private/secret; echo tried`),
  },
  {
    tries: 'writes through a link in its tree',
    program: ({ outside }) => sh(`ln -sfn ${outside} out; echo evil > out/file; rm -f out; echo tried`),
  },
  {
    tries: 'writes through a folder that turns into a link at the same moment',
    program: ({ outside }) =>
      node(`
const fs = require('fs');
fs.mkdirSync('real', { recursive: true });
fs.symlinkSync('${outside}', 'link');
const { Worker } = require('worker_threads');
new Worker(\`const fs = require('fs'); const end = Date.now() + 400; while (Date.now() < end) { try { fs.renameSync('real', 'kept'); fs.renameSync('link', 'real'); fs.renameSync('real', 'link'); fs.renameSync('kept', 'real'); } catch {} }\`, { eval: true })
  .on('exit', () => { fs.rmSync('real', { recursive: true, force: true }); fs.rmSync('kept', { recursive: true, force: true }); fs.rmSync('link', { force: true }); console.log('tried'); });
const end = Date.now() + 300;
const again = () => { for (let i = 0; i < 50; i++) try { fs.writeFileSync('real/evil', 'evil'); } catch {} if (Date.now() < end) setImmediate(again); };
again();`),
    holds: ({ stand }) => expect(existsSync(join(stand.outside, 'evil'))).toBe(false),
  },
  {
    tries: 'writes through the roots in /proc',
    program: ({ outside }) =>
      sh(
        `for p in self 1 $PPID; do echo evil > /proc/$p/root${outside}/file; echo evil > /proc/$p/cwd/../../beta/tree/secret; done; echo tried`,
      ),
  },
  {
    tries: 'moves a file out of its tree',
    program: ({ other, outside }) =>
      sh(`echo evil > mine; mv mine ${other}/tree/; mv mine ${outside}/; mv mine ../private/; rm -f mine; echo tried`),
  },
  {
    tries: 'moves its tree away',
    program: ({ tree }) => sh(`mv ${tree} ${tree}-away && echo ESCAPED; mv ../home ../away && echo ESCAPED; echo tried`),
    holds: ({ stand }) => expect(lstatSync(stand.tree).isDirectory()).toBe(true),
  },
  {
    tries: 'removes everything it finds',
    program: ({ state, home }) => sh(`rm -rf ${state} ${home} ../../beta /usr/bin /etc 2>/dev/null; echo tried`),
    holds: ({ stand }) => expect(existsSync('/usr/bin/env') && existsSync(stand.tree)).toBe(true),
  },
  {
    tries: `makes files in the system's folders`,
    program: () =>
      sh(
        `for d in / /usr /usr/bin /usr/local /etc /opt /lib /var /run /dev /proc /root /home; do (: > $d/miyabi-evil) 2>/dev/null && echo ESCAPED $d; mkdir $d/miyabi-evil-dir 2>/dev/null && echo ESCAPED $d; done; echo tried`,
      ),
  },
  {
    tries: 'makes a device that reads the disk',
    program: () =>
      sh(
        `for d in . /tmp /dev/shm ../tmp; do mknod $d/disk b 254 0 2>/dev/null && head -c 16 $d/disk >/dev/null && echo ESCAPED; mknod $d/mem c 1 1 2>/dev/null && head -c 16 $d/mem > /dev/null && echo ESCAPED; done; rm -f disk mem ../tmp/disk ../tmp/mem; echo tried`,
      ),
  },
  {
    tries: 'mounts over a path',
    program: ({ outside }) =>
      sh(
        `mkdir -p at; for o in "-t tmpfs x" "--bind ${outside}" "--bind /" "-t proc x" "-t overlay -o lowerdir=/,upperdir=/tmp,workdir=/tmp x" "-t sysfs x"; do mount $o at 2>/dev/null && echo ESCAPED; done; rmdir at; echo tried`,
      ),
  },
  {
    tries: 'makes what is read-only writable again',
    program: () =>
      sh(
        `for d in / /usr /etc/passwd /dev /proc/sys; do mount -o remount,rw $d 2>/dev/null && echo ESCAPED; mount -o remount,bind,rw $d 2>/dev/null && echo ESCAPED; done; echo tried`,
      ),
  },
  {
    tries: 'unmounts what hides things',
    program: () => sh(`for d in /proc/sys /proc/kcore /tmp /dev /proc .; do umount -l $d 2>/dev/null && echo ESCAPED; done; echo tried`),
  },
  {
    tries: 'changes its root',
    program: () =>
      python(`
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
os.makedirs('new/old', exist_ok=True)
for got in (libc.chroot(b'.'), libc.syscall(${process.arch === 'arm64' ? 41 : 155}, b'new', b'new/old')):
    if got == 0: print('ESCAPED')
os.removedirs('new/old')
print('tried')`),
  },
  {
    tries: 'becomes another by a program that is another',
    program: () =>
      sh(
        `cp /bin/sh root-sh && chmod 4777 root-sh; ./root-sh -p -c 'grep -q "NoNewPrivs:.*1" /proc/self/status || echo ESCAPED; : > /etc/evil && echo ESCAPED' 2>/dev/null; rm -f root-sh; (su -c true nobody || sudo -n true) >/dev/null 2>&1 && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'gives a file to somebody else',
    program: () =>
      sh(
        `: > given; chown 12345 given 2>/dev/null && echo ESCAPED; chown 12345 ../tmp 2>/dev/null && echo ESCAPED; rm -f given; echo tried`,
      ),
  },
  {
    tries: 'sets the owner, the time and the rights of files outside',
    program: ({ outside }) =>
      sh(
        `chmod 777 ${outside}/file; touch ${outside}/file; chmod 777 /usr/bin/env && echo ESCAPED; touch /usr/bin/env && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'makes the programs that build its walls obey its environment',
    request: ({ outside, tree }) => ({
      env: {
        LD_DEBUG: 'files',
        LD_DEBUG_OUTPUT: `${outside}/loader`,
        ENV: `${tree}/rc`,
        BASH_ENV: `${tree}/rc`,
        'BASH_FUNC_ulimit%%': `() { echo evil > ${outside}/function; }`,
        IFS: '/',
        PS4: `$(echo evil > ${outside}/ps4)`,
        SHELLOPTS: 'xtrace',
      },
    }),
    program: ({ outside }) => sh(`echo 'echo evil > ${outside}/rc' > rc; rm -f rc; echo tried`),
  },
  {
    tries: 'has a library of its own loaded outside',
    request: ({ tree }) => ({
      env: { LD_PRELOAD: `${tree}/evil.so`, LD_LIBRARY_PATH: tree, NODE_OPTIONS: `--require ${tree}/evil.js`, GCONV_PATH: tree },
    }),
    before: ({ tree }) => writeEvilModule(tree),
    program: () => sh(`rm -f evil.js; echo tried`),
  },
  {
    tries: 'sees less than its own folders, which it needs',
    program: ({ world }) =>
      sh(
        `for d in tree home tmp context; do echo fine > ${world}/$d/own || echo ESCAPED no $d; rm ${world}/$d/own; done; echo fine > /tmp/own || echo ESCAPED no tmp; echo tried`,
      ),
  },
  {
    tries: 'writes what is seen outside, in its own tree',
    program: () => sh(`echo fine > result; echo tried`),
    holds: ({ stand }) => expect(readFileSync(join(stand.tree, 'result'), 'utf8')).toBe('fine\n'),
  },
];

function writeEvilModule(tree: string): void {
  writeFileSync(join(tree, 'evil.js'), `require('fs').writeFileSync('../../beta/evil', 'evil')`);
}
