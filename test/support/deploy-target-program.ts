import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * A program that deploys and rolls back for a `command` target, as somebody might write it: `node deploy-target-program.ts <folder>`. A release that has a `server.js` is started, and
 * the one before ended once it can be connected to. What serves stands in `state.json` of the folder, all that was asked in `asked.jsonl`, what was
 * started in `started`; `misbehave.json` may say how it is to fail.
 */

interface State {
  readonly serving: { readonly release: number; readonly commit: string } | null;
  readonly fence: number;
  readonly done: readonly string[];
  readonly url?: string;
  readonly pid?: number;
}

interface Question {
  readonly action: string;
  readonly release: number;
  readonly commit: string;
  readonly folder: string;
  readonly fence: number;
  readonly key: string;
  readonly variables: Readonly<Record<string, string>>;
}

const folder = process.argv[2] ?? '';
const read = <Value>(name: string, otherwise: Value): Value =>
  existsSync(`${folder}/${name}`) ? (JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as Value) : otherwise;

const asked = JSON.parse(readFileSync(0, 'utf8')) as Question;
writeFileSync(`${folder}/asked.jsonl`, `${JSON.stringify({ asked, variables: process.env })}\n`, { flag: 'a' });
const misbehave = read<Readonly<Record<string, { readonly code: number; readonly print: string } | undefined>>>('misbehave.json', {});
const trouble = misbehave[asked.action];
const state = read<State>('state.json', { serving: null, fence: 0, done: [] });

if (trouble !== undefined) {
  console.log(trouble.print);
  process.exitCode = trouble.code;
} else {
  console.log(`bringing r${asked.release}`);
  if (!state.done.includes(asked.key) || state.serving?.release !== asked.release) await bring();
  console.log(JSON.stringify({ ok: true }));
}

async function bring(): Promise<void> {
  const { release, commit, fence, key } = asked;
  const started = existsSync(`${asked.folder}/server.js`) ? await start() : {};
  const next: State = { serving: { release, commit }, fence, done: [...state.done, key], ...started };
  writeFileSync(`${folder}/state.json.new`, JSON.stringify(next));
  renameSync(`${folder}/state.json.new`, `${folder}/state.json`);
  if (state.pid !== undefined) end(state.pid);
}

async function start(): Promise<{ readonly url: string; readonly pid: number }> {
  const port = await freePort();
  const own = { PATH: process.env['PATH'], PORT: String(port), MIYABI_RELEASE: String(asked.release), MIYABI_COMMIT: asked.commit };
  // In a session of its own, so that it outlives whoever has asked for it.
  const server = spawn(process.execPath, ['server.js'], {
    cwd: asked.folder,
    env: { ...asked.variables, ...own },
    detached: true,
    stdio: 'ignore',
  });
  const pid = server.pid ?? 0;
  writeFileSync(`${folder}/started`, `${pid}\n`, { flag: 'a' });
  server.unref();
  while (!(await accepts(port))) await wait(10);
  return { url: `http://127.0.0.1:${port}`, pid };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const isOpen = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return isOpen;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
