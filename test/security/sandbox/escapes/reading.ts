import { execFileSync } from 'node:child_process';
import { expect } from 'vitest';
import type { Escape } from '../escape.ts';
import { node, python, sh } from '../escape.ts';

/** Each of them prints what it finds; the secret lies in all the places. */
export const reading: readonly Escape[] = [
  {
    tries: 'reads the list of passwords',
    ...(process.getuid?.() === 0 ? { control: true } : {}),
    program: () => sh(`grep -qE '^[^:]+:[^:]*:[0-9]+:' /etc/shadow 2>/dev/null && echo ESCAPED; echo tried`),
  },
  { tries: `reads a key in the user's home`, control: true, program: ({ home }) => sh(`cat ${home}/.ssh/id_ed25519; echo tried`) },
  {
    tries: `reads the user's npm settings`,
    control: true,
    program: ({ home }) => node(`try { console.log(require('fs').readFileSync('${home}/.npmrc', 'utf8')) } catch {} console.log('tried')`),
  },
  { tries: `lists the user's home`, control: true, program: ({ home }) => sh(`ls -a ${home} | grep -q npmrc && echo ESCAPED; echo tried`) },
  { tries: 'reads the tree of a neighbour', control: true, program: ({ other }) => sh(`cat ${other}/tree/secret; echo tried`) },
  {
    tries: 'reads the home of a neighbour, by the way up from its own',
    control: true,
    program: () => sh(`cat ../../beta/home/secret; echo tried`),
  },
  { tries: 'reads the private folder beside its tree', control: true, program: () => sh(`cat ../private/secret; echo tried`) },
  { tries: 'reads the database of Miyabi', control: true, program: ({ state }) => sh(`cat ${state}/miyabi.db; echo tried`) },
  {
    tries: 'lists what lies beside the folders that lead to its own',
    control: true,
    program: ({ world }) =>
      sh(
        `at=${world}; while [ "$at" != / ]; do ls -a "$at"; at=$(dirname "$at"); done | grep -qxE 'beta|private|miyabi.db|outside' && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'reads through a link that it put into its tree',
    control: true,
    program: ({ home }) => sh(`ln -sf ${home}/.npmrc link; cat link; rm -f link; echo tried`),
  },
  {
    tries: 'makes a hard link to a file of a neighbour and reads that',
    control: true,
    program: ({ other }) => sh(`ln ${other}/tree/secret hard && cat hard; rm -f hard; echo tried`),
  },
  {
    tries: 'reads the environment of every process',
    control: true,
    program: () => sh(`cat /proc/[0-9]*/environ | tr '\\0' '\\n'; echo tried`),
  },
  {
    tries: 'reads the environment of a process by its number',
    control: true,
    program: ({ victim }) => sh(`tr '\\0' '\\n' < /proc/${victim.pid}/environ; echo tried`),
  },
  {
    tries: 'reads through the root of every process',
    control: true,
    program: ({ other }) => sh(`for p in /proc/[0-9]*; do cat $p/root${other}/tree/secret; done 2>/dev/null; echo tried`),
  },
  {
    tries: 'reads from the folder of the first process',
    program: ({ other }) => sh(`cat /proc/1/root${other}/tree/secret /proc/1/cwd${other}/tree/secret; echo tried`),
  },
  {
    tries: 'reads what every process has open',
    program: () =>
      sh(`for f in /proc/[0-9]*/fd/*; do [ -f "$f" ] && [ -r "$f" ] && timeout 1 head -c 4096 "$f"; done 2>/dev/null; echo tried`),
  },
  {
    tries: 'finds a file of ours still open in its own hands',
    program: () =>
      sh(
        `for f in /proc/self/fd/*; do case $(readlink $f) in /dev/null | pipe:* | socket:* | /proc/*) ;; *) [ -e "$f" ] && echo ESCAPED $(readlink $f) ;; esac; done; echo tried`,
      ),
  },
  {
    tries: 'opens a file by its handle, past all paths',
    program: ({ tree }) =>
      python(`
import ctypes, os, struct
libc = ctypes.CDLL(None, use_errno=True)
handle = ctypes.create_string_buffer(struct.pack('Ii', 128, 0) + b'\\0' * 128)
mount = ctypes.c_int()
got = libc.name_to_handle_at(-100, b'${tree}', handle, ctypes.byref(mount), 0)
directory = os.open('${tree}', os.O_RDONLY)
if got == 0 and libc.open_by_handle_at(directory, handle, os.O_RDONLY) >= 0: print('ESCAPED')
print('tried')`),
  },
  {
    tries: 'watches a folder outside of it',
    control: true,
    program: ({ outside }) =>
      python(`
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.inotify_add_watch(libc.inotify_init(), b'${outside}', 0xfff) >= 0: print('ESCAPED')
print('tried')`),
  },
  {
    tries: 'looks for the socket of Docker, of the system bus and of the terminal server',
    program: () => sh(`find /run /var/run /tmp -type s 2>/dev/null | grep -q . && echo ESCAPED; echo tried`),
  },
  {
    tries: 'reads the memory and the messages of the kernel',
    program: () =>
      sh(
        `for f in /dev/mem /dev/kmem /dev/port /dev/kmsg /proc/kmsg /proc/kcore /proc/kallsyms /proc/slabinfo; do [ -n "$(head -c 16 $f 2>/dev/null | tr -d '\\0')" ] && echo ESCAPED $f; done; dmesg 2>/dev/null | grep -q . && echo ESCAPED dmesg; echo tried`,
      ),
  },
  {
    tries: 'reads the disks',
    program: () =>
      sh(`for f in /dev/vd* /dev/sd* /dev/nvme* /dev/xvd* /dev/loop* /dev/dm-*; do [ -e "$f" ] && echo ESCAPED $f; done; echo tried`),
  },
  {
    tries: 'reads shared memory of programs of the machine',
    control: true,
    program: ({ sharedMemory }) => sh(`cat ${sharedMemory}; cat /dev/shm/*; echo tried`),
  },
  {
    tries: 'attaches to System V shared memory of the machine',
    before: () => void execFileSync('ipcmk', ['-M', '64']),
    program: () => sh(`[ "$(wc -l < /proc/sysvipc/shm)" -gt 1 ] && echo ESCAPED; echo tried`),
    holds: () => {
      const ids = execFileSync('ipcs', ['-m'], { encoding: 'utf8' })
        .split('\n')
        .flatMap((line) => /^0x\S+\s+(\d+)\s/.exec(line)?.[1] ?? []);
      expect(ids.length).toBeGreaterThan(0);
      execFileSync(
        'ipcrm',
        ids.flatMap((id) => ['-m', id]),
      );
    },
  },
  { tries: `reads the rules of its own walls`, program: ({ state }) => sh(`ls ${state}/sandboxes && echo ESCAPED; echo tried`) },
  {
    tries: `learns who lives on this machine and what it is called`,
    program: () => sh(`[ "$(wc -l < /etc/passwd)" -le 4 ] || echo ESCAPED; [ -e /etc/machine-id ] && echo ESCAPED; echo tried`),
    notIn: { container: 'the list of users and the name are those of the image' },
  },
  {
    tries: `finds private keys of the system`,
    program: () =>
      sh(
        `[ -e /etc/ssl/private ] && echo ESCAPED; find /etc -name '*key*.pem' 2>/dev/null | grep -q . && echo ESCAPED; [ -e /etc/sudoers ] && echo ESCAPED; echo tried`,
      ),
    notIn: { container: 'the image has its own' },
  },
  {
    tries: `finds the settings of the machine's git, npm and pip, which may hold tokens`,
    program: () => sh(`ls /etc/gitconfig /etc/npmrc /etc/pip.conf 2>/dev/null | grep -q . && echo ESCAPED; echo tried`),
    notIn: { container: 'the image has its own' },
  },
];
