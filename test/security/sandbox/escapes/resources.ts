import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { IncidentKind } from '../../../../src/domain/incident.ts';
import type { After, Escape } from '../escape.ts';
import { node, python, sh } from '../escape.ts';

const mebibyte = 1024 * 1024;

/** The world was stopped for it. */
const stoppedFor =
  (kind: IncidentKind) =>
  ({ result, incidents }: After): void => {
    expect(incidents).toContainEqual(expect.objectContaining({ kind, stopped: true }));
    expect(['cancelled', 'signalled']).toContain(result.end.kind);
  };

const toldOf =
  (kind: IncidentKind) =>
  ({ incidents }: After): void =>
    expect(incidents.map((incident) => incident.kind)).toContain(kind);

function empty(folder: string): void {
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
}

export const resources: readonly Escape[] = [
  {
    tries: 'starts processes without end',
    limits: { processes: 48 },
    program: () =>
      python(`
import os, time
print('tried', flush=True)
while True:
    try: os.fork()
    except OSError: time.sleep(0.05)`),
    request: () => ({ timeoutMs: 4_000 }),
    ends: 'anyhow',
    holds: toldOf('processes'),
    notIn: { container: 'the engine does not tell of refusals' },
  },
  {
    tries: 'starts threads without end',
    limits: { processes: 48 },
    program: () =>
      python(`
import threading
end = threading.Event()
count = 0
try:
    while count < 2000:
        threading.Thread(target=end.wait, daemon=True).start(); count += 1
except RuntimeError: pass
if count > 200: print('ESCAPED', count)
print('tried', flush=True)
import os, time
time.sleep(1.2)
os._exit(0)`),
    // Where the kernel does not hold it the world is stopped.
    ends: 'anyhow',
    holds: toldOf('processes'),
    notIn: { container: 'the engine does not tell of refusals' },
  },
  {
    tries: 'takes memory without end (Node)',
    limits: { memoryBytes: 192 * mebibyte },
    program: () => node(`const held = []; for (;;) held.push(Buffer.alloc(8 << 20, 1));`),
    ends: 'anyhow',
    holds: stoppedFor('memory'),
    notIn: { container: 'the engine says how it ended, and not why' },
  },
  {
    tries: 'takes memory without end (Python)',
    limits: { memoryBytes: 128 * mebibyte },
    program: () => python(`held = []\nwhile True: held.append(b'x' * (8 << 20))`),
    ends: 'anyhow',
    holds: stoppedFor('memory'),
    notIn: { container: 'the engine says how it ended, and not why' },
  },
  {
    tries: 'takes memory in many processes',
    limits: { memoryBytes: 128 * mebibyte },
    program: () =>
      sh(
        `for i in 1 2 3 4 5 6 7 8; do head -c 40000000 /dev/zero | tail -c 40000000 > /dev/null & done; wait; for i in 1 2 3 4 5 6 7 8; do (x=$(head -c 30000000 /dev/zero | tr '\\0' x); sleep 2) & done; wait; echo tried`,
      ),
    ends: 'anyhow',
    holds: stoppedFor('memory'),
    notIn: { container: 'the engine says how it ended, and not why' },
  },
  {
    tries: 'takes memory as temporary files',
    limits: { memoryBytes: 512 * mebibyte },
    program: () =>
      sh(
        `head -c 300000000 /dev/zero > /tmp/big 2>/dev/null && echo ESCAPED; head -c 100000000 /dev/zero > /dev/shm/big 2>/dev/null && echo ESCAPED; rm -f /tmp/big /dev/shm/big; echo tried`,
      ),
  },
  {
    tries: 'prints a gigabyte',
    limits: { outputBytes: 4 * mebibyte },
    program: () => sh(`head -c 1000000000 /dev/zero | tr '\\0' 'x'; echo tried`),
    ends: 'anyhow',
    holds: stoppedFor('output'),
  },
  {
    tries: 'prints without a line ever ending',
    limits: { outputBytes: 4 * mebibyte },
    request: () => ({ onLine: () => undefined, keepBytes: 1000 }),
    program: () => node(`for (;;) require('fs').writeSync(1, 'x'.repeat(65536))`),
    ends: 'anyhow',
    holds: (after) => {
      stoppedFor('output')(after);
      expect(after.result.stdout.length).toBeLessThan(2_000);
    },
  },
  {
    tries: 'prints to the other output',
    limits: { outputBytes: 4 * mebibyte },
    program: () => sh(`yes error >&2`),
    ends: 'anyhow',
    holds: stoppedFor('output'),
  },
  {
    tries: 'writes a file beyond the size that one may have',
    request: () => ({ limits: { fileBytes: mebibyte } }),
    program: () => sh(`exec head -c 4000000 /dev/zero > big`),
    ends: 'anyhow',
    holds: (after) => {
      expect(after.result.end).toEqual({ kind: 'signalled', signal: 'SIGXFSZ' });
      toldOf('file-size')(after);
      expect(statSync(join(after.stand.tree, 'big')).size).toBeLessThanOrEqual(mebibyte);
      empty(after.stand.tree);
    },
  },
  {
    tries: 'makes a file that says it is huge',
    request: () => ({ limits: { fileBytes: mebibyte } }),
    program: () => sh(`trap '' XFSZ; truncate -s 1T huge 2>/dev/null && echo ESCAPED; rm -f huge; echo tried`),
  },
  {
    tries: 'fills the disk with large files',
    limits: { diskBytes: 8 * mebibyte },
    program: () => sh(`i=0; while :; do head -c 1000000 /dev/zero > fill-$i; i=$((i+1)); sleep 0.01; done`),
    ends: 'anyhow',
    holds: (after) => {
      stoppedFor('disk')(after);
      empty(after.stand.tree);
    },
  },
  {
    tries: 'fills the disk from a file that has no name any more',
    limits: { diskBytes: 8 * mebibyte },
    program: () =>
      python(`
import os, time
f = open('gone', 'wb'); os.unlink('gone')
while True: f.write(b'x' * 1000000); f.flush(); time.sleep(0.01)`),
    ends: 'anyhow',
    holds: stoppedFor('disk'),
  },
  {
    tries: 'makes small files without end',
    limits: { diskBytes: 8 * mebibyte },
    program: () =>
      python(`
import os, time
i = 0
while True:
    os.makedirs(f'small/{i // 200}', exist_ok=True)
    open(f'small/{i // 200}/{i}', 'w').write('x'); i += 1; time.sleep(0.0005)`),
    ends: 'anyhow',
    holds: (after) => {
      stoppedFor('disk')(after);
      empty(after.stand.tree);
    },
  },
  {
    tries: 'spins',
    request: () => ({ limits: { cpuSeconds: 1 } }),
    program: () => sh(`while :; do :; done`),
    ends: 'anyhow',
    holds: (after) => {
      expect(after.result.end).toEqual({ kind: 'signalled', signal: 'SIGXCPU' });
      toldOf('cpu')(after);
    },
  },
  {
    tries: 'spins and does not mind the signal for it',
    request: () => ({ limits: { cpuSeconds: 1 } }),
    program: () => sh(`trap '' XCPU; while :; do :; done`),
    ends: 'anyhow',
    holds: ({ result }) => expect(result.end).toEqual({ kind: 'signalled', signal: 'SIGKILL' }),
  },
  {
    tries: 'opens files without end',
    request: () => ({ limits: { openFiles: 64 } }),
    program: () =>
      python(`
held = []
try:
    while len(held) < 5000: held.append(open('/dev/null'))
except OSError: pass
print('ESCAPED' if len(held) >= 64 else 'tried')`),
  },
  {
    tries: 'makes a path deeper than any that can be named',
    program: () =>
      python(`
import os
for i in range(600): os.mkdir('d' * 20); os.chdir('d' * 20)
print('tried')`),
    holds: ({ stand }) => empty(stand.tree),
  },
  {
    tries: 'leaves pipes and sockets that hang whoever opens them',
    program: () =>
      python(`
import os, socket
os.mkfifo('pipe'); socket.socket(socket.AF_UNIX).bind('sock')
print('tried')`),
    holds: ({ stand }) => empty(stand.tree),
  },
  {
    tries: 'sleeps for longer than it has',
    request: () => ({ timeoutMs: 2_000 }),
    program: () => sh(`echo tried; sleep 100`),
    ends: 'anyhow',
    holds: ({ result }) => expect(result.end.kind).toBe('timeout'),
  },
];
