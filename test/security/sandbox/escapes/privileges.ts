import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { expect } from 'vitest';
import type { Escape } from '../escape.ts';
import { python, sh } from '../escape.ts';

/** What `python` code begins with that makes system calls by number. */
const raw = `
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *arguments):
    ctypes.set_errno(0)
    got = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) if isinstance(a, int) else a for a in arguments])
    return got, ctypes.get_errno()
`;
const x64 = process.arch !== 'arm64';

/** Calls that must be answered with "not permitted", with arguments that would do no harm. */
const denied: ReadonlyArray<readonly [what: string, x64: number, arm64: number, args: string]> = [
  ['puts a key into the keyring of the kernel', 248, 217, `b'user', b'miyabi', b'x', 1, -3`],
  ['reads the keyring of the session', 250, 219, '0, -3, 0'],
  ['asks for a key', 249, 218, `b'user', b'miyabi', 0, -3`],
  ['loads a program into the kernel (bpf)', 321, 280, '0, b"\\0" * 128, 128'],
  ['counts events of the processor', 298, 241, 'b"\\0" * 128, 0, -1, -1, 0'],
  ['handles page faults by itself', 323, 282, '1'],
  ['opens a ring for asynchronous input and output', 425, 425, '1, b"\\0" * 128'],
  ['loads another kernel', 246, 104, '0, 0, 0, 0'],
  ['loads a kernel module', 175, 105, '0, 0, b""'],
  ['loads a kernel module from a file', 313, 273, '-1, b"", 0'],
  ['unloads a kernel module', 176, 106, 'b"miyabi-none", 0'],
  ['swaps to a file', 167, 224, 'b"/miyabi-none", 0'],
  ['ends swapping', 168, 225, 'b"/miyabi-none"'],
  ['restarts the machine', 169, 142, '0, 0, 0, 0'],
  ['keeps accounts of processes', 163, 89, 'b"/miyabi-none"'],
  ['changes quotas', 179, 60, '0, 0, 0, 0'],
  ['mounts', 165, 40, 'b"x", b"/tmp", b"tmpfs", 0, 0'],
  ['mounts in the new way', 430, 430, 'b"tmpfs", 0'],
  ['takes a tree of mounts in its hand', 428, 428, '-100, b"/", 1'],
  ['changes the flags of a mount', 442, 442, '-100, b"/", 0, b"\\0" * 32, 32'],
  ['enters another namespace', 308, 268, '0, 0'],
  ['takes a file from another process', 438, 438, '-1, 0, 0'],
  ['reads the memory of another process', 310, 270, '1, 0, 0, 0, 0, 0'],
  ['writes the memory of another process', 311, 271, '1, 0, 0, 0, 0, 0'],
  ['watches a whole file system', 300, 262, '0, 0'],
  ['sets the clock', 227, 112, '0, b"\\0" * 16'],
  ['sets the time of day', 164, 170, '0, 0'],
  ['bends the clock', 305, 266, '0, b"\\0" * 256'],
  ['gives the machine another name', 170, 161, 'b"evil", 4'],
  ['reads the messages of the kernel by a call', 103, 116, '3, b"\\0" * 16, 16'],
  ['makes namespaces of its own (unshare, users)', 272, 97, '0x10000000'],
  ['makes namespaces of its own (unshare, mounts)', 272, 97, '0x00020000'],
  ['makes namespaces of its own (clone)', 56, 220, '0x10000011, 0, 0, 0, 0'],
  ['takes the personality of an old kernel', 135, 92, '0x0400000'],
];

export const privileges: readonly Escape[] = [
  ...denied.map(([tries, onX64, onArm64, args]): Escape => ({
    tries,
    program: () =>
      python(`${raw}
got, error = call(${x64 ? onX64 : onArm64}, ${args})
if got == 0 and ${x64 ? onX64 : onArm64} == ${x64 ? 56 : 220} and os.getpid() == 2: os._exit(0)
print('ESCAPED' if got >= 0 else 'refused', got, error)
if error != 1: print('ESCAPED by', error)
print('tried')`),
    notIn: { container: 'the filter of system calls is that of the engine' },
  })),
  {
    tries: 'makes namespaces by the call that a filter cannot look into',
    program: () =>
      python(`${raw}
got, error = call(435, b"\\0" * 88, 88)
print('ESCAPED' if error != 38 else 'refused')
print('tried')`),
    notIn: { container: 'the filter of system calls is that of the engine' },
  },
  {
    tries: 'makes a system call by the number of another architecture',
    program: () =>
      python(`${raw}
call(0x40000000 + 39)
print('ESCAPED')`),
    ends: 'anyhow',
    holds: ({ result, incidents }) => {
      if (!x64) return;
      expect(result.end).toEqual({ kind: 'signalled', signal: 'SIGSYS' });
      expect(incidents.map(({ kind }) => kind)).toContain('system-call');
    },
    notIn: { container: 'the filter of system calls is that of the engine', ...(x64 ? {} : { bubblewrap: 'it is about x64' }) },
  },
  {
    tries: 'makes a system call as a 32-bit program would',
    program: () =>
      python(`
import ctypes, mmap
page = mmap.mmap(-1, 4096, prot=7)
page.write(bytes([0xb8, 20, 0, 0, 0, 0xcd, 0x80, 0xc3]))
ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))()
print('ESCAPED')`),
    ends: 'anyhow',
    holds: ({ result }) => expect(result.end.kind).toBe('signalled'),
    notIn: { container: 'the filter of system calls is that of the engine', ...(x64 ? {} : { bubblewrap: 'it is about x64' }) },
  },
  {
    tries: 'has a capability left',
    program: () =>
      sh(
        `grep -E '^Cap' /proc/self/status | grep -qvE '0{16}$' && echo ESCAPED; grep -q 'NoNewPrivs:.1' /proc/self/status || echo ESCAPED; grep -q 'Seccomp:.2' /proc/self/status || echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'takes capabilities',
    program: () =>
      python(`
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
head = struct.pack('Ii', 0x20080522, 0)
if libc.capset(head, struct.pack('6I', 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)) == 0: print('ESCAPED')
if libc.prctl(47, 2, 21, 0, 0) == 0: print('ESCAPED')
if libc.prctl(38, 0, 0, 0, 0) == 0: print('ESCAPED')
print('tried')`),
  },
  {
    tries: 'makes namespaces with the programs for it',
    program: () =>
      sh(
        `for o in -U -r -m -n -p -u -i -C -T "-Urm" "-Urnpf"; do unshare $o true 2>/dev/null && echo ESCAPED $o; done; bwrap --ro-bind / / true 2>/dev/null && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'enters the namespaces of other processes',
    program: ({ victim }) =>
      sh(
        `for p in 1 ${victim.pid} $PPID; do nsenter -t $p -m -p -n -u -i true 2>/dev/null && echo ESCAPED; nsenter -t $p -n true 2>/dev/null && echo ESCAPED; done; echo tried`,
      ),
  },
  {
    tries: 'writes who it is',
    program: () =>
      sh(`for f in uid_map gid_map setgroups; do echo '0 0 1' > /proc/self/$f 2>/dev/null && echo ESCAPED $f; done; echo tried`),
  },
  {
    tries: 'traces a process outside',
    program: ({ victim }) =>
      python(`
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
for request in (16, 0x4206):
    if libc.ptrace(request, ${victim.pid}, 0, 0) == 0: print('ESCAPED')
print('tried')`),
  },
  {
    tries: `turns the kernel's settings`,
    program: () =>
      sh(
        `for f in kernel/core_pattern kernel/hostname kernel/modprobe kernel/sysrq kernel/panic vm/swappiness vm/drop_caches fs/protected_symlinks; do v=$(cat /proc/sys/$f 2>/dev/null); (echo "\${v:-1}" > /proc/sys/$f) 2>/dev/null && echo ESCAPED $f; done; echo tried`,
      ),
  },
  { tries: 'presses the keys of the kernel', program: () => sh(`(echo h > /proc/sysrq-trigger) 2>/dev/null && echo ESCAPED; echo tried`) },
  {
    tries: 'turns devices and files of the kernel',
    program: () =>
      sh(
        `for f in /proc/irq/default_smp_affinity /proc/mtrr /proc/scsi/scsi /proc/bus/pci/00/00.0 /sys/power/state /sys/kernel/mm/transparent_hugepage/enabled /sys/kernel/uevent_helper; do [ -w $f ] && (: >> $f) 2>/dev/null && echo ESCAPED $f; done; [ -d /sys/class ] && [ -w /sys/class ] && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'leaves its control group',
    program: () =>
      sh(
        `find / \\( -path /usr -o -path /proc \\) -prune -o -name cgroup.procs -writable -print 2>/dev/null | while read -r f; do (echo $$ > $f) 2>/dev/null && echo ESCAPED $f; done; mkdir /sys/fs/cgroup/evil 2>/dev/null && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'gives itself another name than the world has, and reads that of the machine',
    program: () => sh(`hostname evil 2>/dev/null && echo ESCAPED; [ "$(uname -n)" = '${hostname()}' ] && echo ESCAPED; echo tried`),
  },
  {
    tries: 'sets the date',
    program: () => sh(`date -s 2001-01-01 2>/dev/null && date +%Y | grep -q 2001 && echo ESCAPED; echo tried`),
    holds: () => expect(new Date().getFullYear()).toBeGreaterThan(2020),
  },
  {
    tries: 'protects itself from the killer of processes',
    program: () => sh(`(echo -1000 > /proc/self/oom_score_adj) 2>/dev/null && echo ESCAPED; echo tried`),
  },
  {
    tries: 'takes precedence over all other programs',
    program: () =>
      python(`
import os
for take in (lambda: os.setpriority(os.PRIO_PROCESS, 0, -20), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))):
    try: take(); print('ESCAPED')
    except OSError: pass
print('tried')`),
  },
  {
    tries: 'raises its limits',
    request: () => ({ limits: { openFiles: 64, cpuSeconds: 60, fileBytes: 1_000_000 } }),
    program: () =>
      sh(
        `for o in -n -t -f; do [ "$(ulimit -H $o)" = unlimited ] && echo ESCAPED; done; (ulimit -n 100000 || ulimit -t unlimited || ulimit -f unlimited) 2>/dev/null && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'types into a terminal',
    program: () =>
      python(`
import fcntl, os, pty, termios
if os.path.exists('/dev/tty'):
    try: os.open('/dev/tty', os.O_RDWR); print('ESCAPED: a terminal')
    except OSError: pass
main, side = pty.openpty()
for request in (termios.TIOCSTI, 0x541c):
    for high in (0, 1 << 32):
        import ctypes
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.ioctl(side, ctypes.c_ulong(request | high), b'x') == 0: print('ESCAPED')
print('tried')`),
  },
  {
    tries: 'finds terminals of others',
    program: () =>
      sh(
        `ls /dev/pts | grep -qE '^[0-9]' && echo ESCAPED; ls /dev | grep -qE '^(tty[0-9S]|vcs|console)' && [ -w /dev/tty1 ] && echo ESCAPED; echo tried`,
      ),
  },
  {
    tries: 'makes the kernel dump its memory to a file',
    program: () =>
      sh(
        `ulimit -c unlimited 2>/dev/null; [ "$(ulimit -H -c)" = 0 ] || echo ESCAPED; sh -c 'kill -SEGV $$'; ls core* 2>/dev/null | grep -q . && echo ESCAPED; echo tried`,
      ),
    notIn: { container: 'the limit is that of the engine' },
    holds: () => expect(readFileSync('/proc/sys/kernel/core_pattern', 'utf8')).toBeTruthy(),
  },
];
