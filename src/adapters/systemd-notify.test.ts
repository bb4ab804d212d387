import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { systemdNotify } from './systemd-notify.ts';

const lacking = ['systemd-notify', 'python3'].find((program) => spawnSync(program, ['--version']).error !== undefined);

/** Listens at a socket of datagrams as systemd does, and prints what comes, a line each. It closes what it is handed: for that the program waits. */
const listener = `
import os, socket, sys
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind(sys.argv[1])
print('listening', flush=True)
while True:
    data, handed, _, _ = socket.recv_fds(server, 4096, 4)
    for each in handed: os.close(each)
    print(data.decode().replace('\\n', ' '), flush=True)
`;

async function listening(path: string) {
  const process = spawn('python3', ['-c', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => ((await lines.next()) as IteratorYieldResult<string>).value;
  expect(await next()).toBe('listening');
  return {
    /** What comes next that is not about waiting. */
    async told(): Promise<string> {
      const said = await next();
      return said.startsWith('BARRIER') ? await this.told() : said.trim();
    },
    async [Symbol.asyncDispose]() {
      process.kill();
      await once(process, 'exit');
    },
  };
}

it.skipIf(lacking !== undefined)(
  `systemd is told that work has begun, that this process lives, and that it is stopped${lacking === undefined ? '' : ` (no ${lacking})`}`,
  async () => {
    await using folder = await temporaryFolder();
    const socket = join(folder.path, 'notify');
    await using systemd = await listening(socket);
    const faults: string[] = [];
    const environment = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' };
    const manager = systemdNotify(environment, process.pid, (text) => void faults.push(text));
    await manager.ready();
    expect(await systemd.told()).toBe('READY=1 STATUS=Takes work.');
    {
      using _telling = manager.keepTelling();
      expect([await systemd.told(), await systemd.told()]).toEqual(['WATCHDOG=1', 'WATCHDOG=1']);
    }
    await manager.stopping();
    const rest = await systemd.told();
    expect(rest === 'WATCHDOG=1' ? await systemd.told() : rest).toMatch(/^STOPPING=1 STATUS=/);
    expect(faults).toEqual([]);
  },
);

it('nothing is done where systemd has not started this process, or watches another', async () => {
  const faults: string[] = [];
  const hear = (text: string): void => void faults.push(text);
  const alone = systemdNotify({ WATCHDOG_USEC: '1000' }, process.pid, hear);
  await alone.ready();
  await alone.stopping();
  using _one = alone.keepTelling();
  using _other = systemdNotify({ NOTIFY_SOCKET: '/nowhere', WATCHDOG_USEC: '1000', WATCHDOG_PID: '1' }, process.pid, hear).keepTelling();
  expect(faults).toEqual([]);
});

it('what systemd could not be told is said, and nothing else happens', async () => {
  const faults: string[] = [];
  await systemdNotify({ PATH: '/nowhere', NOTIFY_SOCKET: '/nowhere' }, process.pid, (text) => void faults.push(text)).ready();
  expect(faults).toEqual([expect.stringMatching(/^systemd could not be told READY=1 .*ENOENT/)]);
});
