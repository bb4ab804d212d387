import { mkdir, rename, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import { parseIssue } from '../../src/domain/issue.ts';
import { startRun } from '../../src/operations/start.ts';
import { endOfCommand, inSentences, makeProject, startMiyabi, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

let opening: AsyncDisposableStack;
let folder: string;

beforeEach(async () => {
  opening = new AsyncDisposableStack();
  folder = opening.use(await temporaryFolder()).path;
  await mkdir(join(folder, 'state', 'miyabi'), { recursive: true });
});
afterEach(async () => await opening[Symbol.asyncDispose]());

/** Puts the user's configuration in place of what is there, as editors do. */
async function configure(text: string): Promise<void> {
  const path = join(folder, 'state', 'miyabi', 'config.yaml');
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** `miyabi serve`, and what it says line by line. */
function serve(env: Readonly<Record<string, string>> = {}) {
  const options = { cwd: folder, state: join(folder, 'state'), env: { MIYABI_ISOLATION: 'none', ...env } };
  const service = startMiyabi(['serve', '--listen', 'none', '--drain', '1'], inSentences(options));
  const said: string[] = [];
  const lines = createInterface({ input: service.stderr })[Symbol.asyncIterator]();
  opening.defer(async () => {
    service.kill('SIGTERM');
    expect((await endOfCommand(service)).code, said.join('\n')).toBe(0);
  });
  return {
    signal: (name: NodeJS.Signals) => void service.kill(name),
    said,
    /** Reads on to the first line that is so. */
    until: async (wanted: RegExp): Promise<string> => {
      for (let next = await lines.next(); next.done !== true; next = await lines.next()) {
        said.push(next.value);
        if (wanted.test(next.value)) return next.value;
      }
      throw new Error(`It never said ${String(wanted)}:\n${said.join('\n')}`);
    },
  };
}

/** What submits runs to the service, and what it knows of them. */
async function starter(command: string) {
  const environment = { PATH: process.env['PATH'], HOME: folder, XDG_CONFIG_HOME: join(folder, 'state'), MIYABI_ISOLATION: 'none' };
  const flags = { agent: { name: 'command', command }, worlds: { count: 2 } };
  const project = await makeProject(join(folder, 'project'), untestedProject);
  const start = async (text: string) => {
    await using app = await openApp({ environment, version: '0.0.0', flags, stateRoot: join(folder, 'state') });
    return await startRun(app.tools, {
      issue: parseIssue(text, { kind: 'text' })!,
      repository: project,
      base: undefined,
      into: undefined,
      approveAll: true,
      startedBy: { how: 'terminal', who: 'ada' },
    });
  };
  const watching = opening.use(await openApp({ environment, version: '0.0.0', flags, stateRoot: join(folder, 'state') }));
  return { start, engine: watching.tools.engine };
}

/** Hears what worlds and channels say over HTTP; worlds are answered when they are let go. */
async function ear() {
  const heard: string[] = [];
  const held: (() => void)[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    void (async () => {
      if (request.method === 'POST') {
        heard.push(`notice: ${((await json(request)) as { kind: string }).kind}`);
        response.end();
      } else {
        heard.push(request.url ?? '');
        held.push(() => response.end());
      }
      for (const look of waiting) look();
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opening.defer(() => void server.close());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    letGo: () => held.splice(0).forEach((go) => go()),
    until: async (isSo: () => boolean): Promise<void> => {
      if (isSo()) return;
      await new Promise<void>((resolve) => {
        const look = (): void => {
          if (!isSo()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
      });
    },
  };
}

it('while a run goes on, what holds at once is taken over: worlds at a time and channels; the run keeps its budget, the next has the new one', async () => {
  const there = await ear();
  const ask = `node -e "fetch('${there.url}/' + process.env.MIYABI_WORLD).then((answer) => answer.text())" && echo note > note.txt`;
  // On a busy machine fewer worlds run at a time than may.
  const whateverItDoes = 'capacity: { memoryHigh: 100, cpuHigh: 100, diskHigh: 100 }\n';
  await configure(`worlds: { parallel: 1 }\nbudget: { issueUsd: 3 }\n${whateverItDoes}`);
  const { start, engine } = await starter(ask);
  const service = serve({ HOOK: there.url });
  await service.until(/^Takes runs/);
  const first = await start('Add a note');
  await there.until(() => there.heard.length === 1);

  await configure(
    `worlds: { parallel: 2 }\nbudget: { issueUsd: 2 }\n${whateverItDoes}notify: { channels: { hook: { kind: webhook, urlVariable: HOOK, private: true } } }\n`,
  );
  expect(await service.until(/taken over/)).toContain('worlds.parallel, budget.issueUsd, notify.channels. Runs under way keep theirs.');
  await there.until(() => there.heard.includes('/alpha') && there.heard.includes('/beta'));
  there.letGo();
  await there.until(() => there.heard.some((one) => one.startsWith('notice:')));
  const second = await start('Add another note');
  expect([first, second].map(({ attributes }) => attributes.config.budget.issueUsd)).toEqual([3, 2]);
  const stored = (await engine.status(first.jobId))?.attributes as { readonly config: { readonly budget: { readonly issueUsd: number } } };
  expect(stored.config.budget.issueUsd).toBe(3);
  await there.until(() => ['/alpha', '/beta'].every((world) => there.heard.filter((one) => one === world).length === 2));
  there.letGo();
});

it('a wrong file keeps the old one and is told once; put right it is heard again, and what needs a restart is named', async () => {
  await configure('log: { level: info }\n');
  const service = serve();
  await service.until(/^Takes runs/);
  await configure('log: { level: loud }\n');
  expect(await service.until(/stays as it was/)).toContain('log.level cannot be "loud"');
  await configure('log: { level: info }\n');
  await service.until(/in order again/);
  await configure('server: { hosts: [miyabi.example.org] }\nlog: { level: warn }\n');
  expect(await service.until(/after a restart/)).toContain('server.hosts');
  // Of this level nothing is written any more; of the next one something is.
  await configure('server: { hosts: [miyabi.example.org] }\nlog: { level: info }\nworlds: { count: 3 }\n');
  await service.until(/taken over.*worlds\.count/);
  expect(service.said.filter((line) => line.includes('stays as it was'))).toHaveLength(1);
});

it('without a terminal the signal of one that hangs up has the file read again, and ends nothing', async () => {
  const service = serve();
  await service.until(/^Takes runs/);
  await configure('worlds: { count: 3 }\n');
  await service.until(/taken over: worlds\.count/);
  service.signal('SIGHUP');
  await configure('worlds: { count: 4 }\n');
  await service.until(/taken over: worlds\.count/);
});

it('whoever has it read again hears of it also where nothing is new', async () => {
  await configure('worlds: { count: 2 }\n');
  const service = serve();
  await service.until(/Takes runs/);
  service.signal('SIGHUP');
  await service.until(/was read again, and says what it said before/);
});
