import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asCommitId } from '../../../src/domain/ids.ts';
import type { AcpTimes } from '../../../src/agents/acp/attempt.ts';
import { runAcp } from '../../../src/agents/acp/run-acp.ts';
import type { AcpProgram } from '../../../src/agents/acp/program.ts';
import type { AgentEvent, AgentReport, AgentTask } from '../../../src/ports/agent.ts';
import type { ProcessRunner } from '../../../src/ports/process.ts';
import { agentTaskDefaults } from '../agent-task.ts';
import { temporaryFolder } from '../temporary.ts';

export const exampleAgent = new URL('./example-agent.ts', import.meta.url).pathname;
export const badAgent = new URL('./bad-agent.mjs', import.meta.url).pathname;

const commit = asCommitId('1'.repeat(40));
const none = { kind: 'none', reason: '' } as const;

/** The folders of a world with a file that says "wrong". */
export interface AcpStand extends AsyncDisposable {
  readonly tree: string;
  readonly home: string;
  readonly logFile: string;
  /** What the file says by now. */
  file(): string;
  log(): string;
  session(): unknown;
}

export interface AcpRun {
  readonly report: AgentReport;
  readonly events: readonly AgentEvent[];
}

export async function acpStand(): Promise<AcpStand> {
  const folder = await temporaryFolder('miyabi-acp-');
  const root = realpathSync(folder.path);
  for (const name of ['tree', 'context', 'home', 'logs']) mkdirSync(join(root, name));
  writeFileSync(join(root, 'tree/file.txt'), 'This is wrong.\n');
  const [logFile, session] = [join(root, 'logs/agent.log'), join(root, 'context/session.json')];
  return {
    tree: join(root, 'tree'),
    home: join(root, 'home'),
    logFile,
    file: () => readFileSync(join(root, 'tree/file.txt'), 'utf8'),
    log: () => readFileSync(logFile, 'utf8'),
    session: () => (existsSync(session) ? (JSON.parse(readFileSync(session, 'utf8')) as unknown) : undefined),
    [Symbol.asyncDispose]: async () => await folder[Symbol.asyncDispose](),
  };
}

export interface AcpRequest {
  readonly process: ProcessRunner;
  readonly task?: Partial<AgentTask>;
  readonly program?: Partial<AcpProgram>;
  readonly times?: Partial<AcpTimes>;
  /** What is given the task, in place of the protocol alone. */
  readonly run?: (task: AgentTask) => Promise<AgentReport>;
  /** Called with each event as it comes, and with what ends the run. */
  readonly onEvent?: (event: AgentEvent, cancel: () => void) => void;
}

/** Lets a program work in the stand, as a world would. */
export async function runInStand(stand: AcpStand, command: AcpProgram['command'], request: AcpRequest): Promise<AcpRun> {
  if (commit === undefined) throw new Error('not a commit id');
  const events: AgentEvent[] = [];
  const cancel = new AbortController();
  const task: AgentTask = {
    ...agentTaskDefaults,
    world: 'alpha',
    choice: { name: 'acp', command, providers: [], model: undefined, prompt: 'standard', temperature: undefined, effort: undefined },
    directory: stand.tree,
    contextDirectory: join(stand.tree, '../context'),
    logFile: stand.logFile,
    title: 'The file is wrong',
    instructions: 'Make it right.',
    base: {
      check: { commit, install: none, build: none, typeCheck: none, tests: none, lint: none },
      failing: [],
      flaky: [],
      passing: [],
    },
    checks: { ecosystem: 'npm', reasons: [], timeoutMs: 1_000 },
    process: request.process,
    environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: stand.home },
    timeoutMs: 60_000,
    limits: {},
    signal: cancel.signal,
    onEvent(event) {
      events.push(event);
      request.onEvent?.(event, () => cancel.abort());
    },
    ...request.task,
  };
  const program = { name: 'example', command, environment: {}, files: [], isToldModel: false, isCounted: false, ...request.program };
  const report = await (request.run ?? ((given) => runAcp(given, program, request.times)))(task);
  return { report, events };
}
