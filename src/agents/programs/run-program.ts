import type { AgentReport, AgentTask } from '../../ports/agent.ts';
import type { ProcessEnd, ProcessResult } from '../../ports/process.ts';
import type { StreamReader, ToldByProgram } from './stream.ts';
import { eachLine } from './stream.ts';

/** How a program is started, anew or to take up a conversation again. */
export interface ProgramStart {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  /** What it reads on its input. */
  readonly prompt: string;
  readonly reader: StreamReader;
}

export interface DrivenProgram {
  /** As people call it. */
  readonly title: string;
  /** @param resume the conversation to take up again, with a word that says so. */
  start(resume: { readonly sessionId: string; readonly prompt: string } | undefined): ProgramStart;
}

const resumePrompt = 'You were interrupted. Look at what is done already, go on where you were, and finish the task.';
/** With less time left, nothing that is taken up again comes to an end. */
const leastTimeMs = 5_000;

/**
 * Runs a program in the world until it ends, and judges it by what it said: the exit code says little (0 after every edit was denied). One that dies in the
 * middle of its work is taken up again once, where it was.
 */
export async function runProgram(task: AgentTask, program: DrivenProgram): Promise<AgentReport> {
  const began = performance.now();
  const first = await once(task, program.start(undefined), task.timeoutMs, task.logFile);
  const leftMs = task.timeoutMs - (performance.now() - began);
  const { sessionId } = first.told;
  if (!hasDied(first) || sessionId === undefined || leftMs < leastTimeMs || task.signal.aborted) return report(task, program, first);
  task.onEvent({ type: 'waiting', why: `${program.title} ${wordsFor(first.result.end)} in the middle of its work, and is started again` });
  const second = await once(task, program.start({ sessionId, prompt: resumePrompt }), leftMs, again(task.logFile));
  return report(task, program, second);
}

interface Ended {
  readonly result: ProcessResult;
  readonly told: ToldByProgram;
}

async function once(task: AgentTask, start: ProgramStart, timeoutMs: number, logFile: string): Promise<Ended> {
  const result = await task.process.run({
    command: start.command,
    cwd: task.directory,
    env: start.env,
    async converse({ input, output }) {
      // Both at once: a program may talk before it has read all. One that has gone takes nothing more; its end is told elsewhere.
      const writing = write(input, start.prompt).catch(() => undefined);
      await eachLine(output, (line) => start.reader.read(line));
      await writing;
    },
    onLine: (line, stream) => {
      if (stream === 'stderr' && line.trim() !== '') task.onEvent({ type: 'output', line: line.slice(0, 2_000) });
    },
    timeoutMs,
    limits: task.limits,
    signal: task.signal,
    logFile,
  });
  return { result, told: start.reader.told() };
}

async function write(input: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = input.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
}

function hasDied({ result: { end }, told }: Ended): boolean {
  return told.end === undefined && (end.kind === 'exited' || end.kind === 'signalled');
}

function report(task: AgentTask, { title }: DrivenProgram, { result, told }: Ended): AgentReport {
  const end = endOf(title, task.logFile, { result, told });
  return { end, summary: told.summary, ...(told.sessionId === undefined ? {} : { sessionId: told.sessionId }) };
}

function endOf(title: string, logFile: string, { result: { end, stderr }, told }: Ended): AgentReport['end'] {
  switch (end.kind) {
    case 'timeout':
      return { kind: 'timeout', afterMs: end.afterMs };
    case 'cancelled':
      return { kind: 'cancelled' };
    case 'not-started':
      return { kind: 'failed', fault: 'crashed', reason: `${title} could not be started: ${end.reason}` };
    case 'exited':
    case 'signalled': {
      if (told.end !== undefined) return told.end;
      const last = stderr.trim().split('\n').slice(-5).join('\n').slice(-1_000);
      const reason = `${title} ${wordsFor(end)} without a result (all its output: ${logFile})${last === '' ? '.' : `:\n${last}`}`;
      return { kind: 'failed', fault: 'crashed', reason };
    }
  }
}

function wordsFor(end: ProcessEnd): string {
  if (end.kind === 'signalled') return `was ended by ${end.signal}`;
  return end.kind === 'exited' ? `ended with exit code ${end.code}` : 'ended';
}

/** Beside the log of the first time, which tells why there was a second. */
function again(logFile: string): string {
  return logFile.replace(/(\.[^./]+)?$/, '-again$1');
}
