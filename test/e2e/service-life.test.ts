import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { expect, it } from 'vitest';
import type { WrittenLine } from '../../src/telemetry/log.ts';
import { endOfCommand, makeProject, miyabi, startMiyabi, untestedProject, withoutWalls } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

/** `miyabi serve` as programs read it: every line of standard error is one of its log. */
function startService(options: MiyabiOptions, ...args: readonly string[]) {
  const running = startMiyabi(['serve', '--listen', '127.0.0.1:0', ...args], options);
  const lines: WrittenLine[] = [];
  let heard = Promise.withResolvers<void>();
  const hear = (): void => {
    heard.resolve();
    heard = Promise.withResolvers();
  };
  createInterface({ input: running.stderr }).on('line', (line) => {
    lines.push(JSON.parse(line) as WrittenLine);
    hear();
  });
  let hasEnded = false;
  void running.then(() => {
    hasEnded = true;
    hear();
  });
  return {
    lines,
    signal: () => running.kill('SIGTERM'),
    end: async () => await endOfCommand(running),
    /** @throws when it ends before it has written such a line. */
    async until(isWanted: (line: WrittenLine) => boolean): Promise<WrittenLine> {
      for (;;) {
        const found = lines.find(isWanted);
        if (found !== undefined) return found;
        if (hasEnded) throw new Error(`It has ended: ${JSON.stringify(lines, undefined, 1)}`);
        await heard.promise;
      }
    },
    [Symbol.asyncDispose]: async () => {
      running.kill('SIGKILL');
      await running;
    },
  };
}

/** A project, a service that carries its runs, and an agent that writes down its process id and waits until it is let go. */
async function stand(more: Readonly<Record<string, string>> = {}) {
  const folder = await temporaryFolder();
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const [gate, pid] = [join(folder.path, 'gate'), join(folder.path, 'pid')];
  const logFile = join(folder.path, 'log', 'miyabi.log');
  const options = {
    cwd: project,
    state: join(folder.path, 'state'),
    env: {
      ...withoutWalls,
      MIYABI_WORLDS_COUNT: '1',
      MIYABI_AGENT_NAME: 'command',
      MIYABI_AGENT_COMMAND: `echo $$ > ${pid}; while [ ! -e ${gate} ]; do sleep 0.05; done; echo note > note.txt`,
      MIYABI_LOG_FILE: logFile,
      MIYABI_LOG_LEVELS: '{"agents":"debug"}',
      ...more,
    },
  };
  const [token] = (await miyabi(['token', 'create', 'ada', '--scope', 'operate', '--json'], options)).lines;
  const headers = { authorization: `Bearer ${String(token?.['token'])}`, 'content-type': 'application/json' };
  return {
    options,
    logFile,
    daily: join(folder.path, 'state', 'daily'),
    letGo: async () => await writeFile(gate, ''),
    agent: () => Number(readFileSync(pid, 'utf8')),
    start: async (url: string): Promise<string> => {
      const body = JSON.stringify({ issue: { text: 'Add a note' }, repository: project });
      const answer = await fetch(`${url}/api/v1/runs`, { method: 'POST', headers, body });
      expect(answer.status).toBe(201);
      return ((await answer.json()) as { readonly run: string }).run;
    },
    /** `all`: the names of what is told until nothing more is. */
    follow: async (url: string) => {
      const answer = await fetch(`${url}/api/v1/events`, { headers });
      const told = answer.body!.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
      return { all: Array.fromAsync(told, ({ event }) => event) };
    },
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

async function urlOf(service: ReturnType<typeof startService>): Promise<string> {
  const { text } = await service.until((line) => line.text.startsWith('Answers at'));
  await service.until((line) => line.text.startsWith('Takes runs'));
  return /(http:\S+): /.exec(text)?.[1] ?? '';
}

const agentBegins = ({ component, text }: WrittenLine): boolean => component === 'agents' && text === 'agent command begins';

it('a service that is stopped is not ready but lives, lets what runs come to its end, and tells whoever listens; the run goes on later', async () => {
  await using place = await stand();
  await using service = startService(place.options, '--drain', '60');
  const url = await urlOf(service);
  const health = async (path: string): Promise<number> => (await fetch(`${url}${path}`)).status;
  expect([await health('/health/live'), await health('/health/ready'), await health('/healthz')]).toEqual([200, 200, 200]);
  const { all: told } = await place.follow(url);
  const run = await place.start(url);
  expect(await service.until((line) => line.run === run && line.text === 'begins')).toMatchObject({ level: 'info', component: 'workflow' });
  const begun = await service.until(agentBegins);
  expect(begun).toMatchObject({ run, task: expect.stringMatching(/^task_/), type: 'miyabi.world.run', world: 'alpha', attempt: 1 });

  service.signal();
  await service.until(({ text }) => text.startsWith('Takes nothing new'));
  expect([await health('/health/live'), await health('/health/ready'), await health('/healthz')]).toEqual([200, 503, 503]);
  await place.letGo();
  expect(await service.end()).toMatchObject({ code: 0, stdout: '' });
  expect((await told).at(-1)).toBe('closing');
  const { time: _time, pid: _pid, ...where } = begun;
  const ended = service.lines.find(({ text }) => text.startsWith('agent command: '));
  expect(ended).toMatchObject({ ...where, level: 'info', text: expect.any(String), facts: { ms: expect.any(Number) } });
  expect(service.lines.at(-1)).toMatchObject({ component: 'service', text: 'Has stopped.' });

  await using again = startService(place.options, '--drain', '0');
  // Its change has no tests, so that the review asks.
  expect(await again.until((line) => line.run === run && line.text === 'waits for a decision')).toMatchObject({ level: 'error' });
  expect(again.lines.some(agentBegins)).toBe(false);
  again.signal();
  expect((await again.end()).code).toBe(0);
  const kept = readFileSync(place.logFile, 'utf8').trim().split('\n');
  expect(kept.map((line) => JSON.parse(line) as WrittenLine)).toEqual([...service.lines, ...again.lines]);
  const days = readdirSync(place.daily).map((name) => readFileSync(join(place.daily, name), 'utf8'));
  expect(days.join('\n')).toMatch(new RegExp(`## .* ${run} analyse: Add a note\n\n- Agent: IssueAgent\n- Status: succeeded\n`));
});

it('a service that is told twice hands back at once what runs, ends its agents, and loses nothing', { tags: ['campaign'] }, async () => {
  await using place = await stand({ MIYABI_DAILY_LOG_ENABLED: 'false' });
  await using service = startService(place.options, '--drain', '600');
  const run = await place.start(await urlOf(service));
  await service.until(agentBegins);
  await expect.poll(() => existsSync(`/proc/${place.agent()}`)).toBe(true);
  service.signal();
  await service.until(({ text }) => text.startsWith('Takes nothing new'));
  service.signal();
  expect(await service.end()).toMatchObject({ code: 0 });
  expect(existsSync(`/proc/${place.agent()}`)).toBe(false);
  await place.letGo();
  // Its change has no tests, so that the review asks.
  expect(await miyabi(['resume', run, '--json'], place.options)).toMatchObject({ code: 4 });
  expect(existsSync(place.daily)).toBe(false);
});
