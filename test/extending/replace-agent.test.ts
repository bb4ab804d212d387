import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import { asCommitId } from '../../src/domain/ids.ts';
import type { AgentEvent, AgentTask } from '../../src/ports/agent.ts';
import { agentTaskDefaults } from '../support/agent-task.ts';
import { createReplaceAgent } from './replace-agent.ts';

const none = { kind: 'none', reason: '' } as const;

async function ask(instructions: string) {
  const commit = asCommitId('1'.repeat(40));
  if (commit === undefined) throw new Error('not a commit id');
  const directory = await mkdtemp(join(tmpdir(), 'replace-agent-'));
  await using process = createProcessRunner();
  try {
    await writeFile(join(directory, 'paint.js'), 'export const colour = "red colour";\n');
    const events: AgentEvent[] = [];
    const task: AgentTask = {
      ...agentTaskDefaults,
      process,
      world: 'alpha',
      choice: { name: 'command', command: 'true', variant: '', providers: [] },
      directory,
      contextDirectory: directory,
      logFile: join(directory, 'log'),
      title: '',
      instructions,
      base: {
        check: { commit, install: none, build: none, typeCheck: none, tests: none, lint: none },
        failing: [],
        flaky: [],
        passing: [],
      },
      checks: { ecosystem: 'npm', reasons: [], timeoutMs: 1_000 },
      environment: {},
      timeoutMs: 1_000,
      limits: {},
      signal: AbortSignal.timeout(10_000),
      onEvent: (event) => events.push(event),
    };
    const report = await createReplaceAgent('command').run(task);
    return { report, events, text: await readFile(join(directory, 'paint.js'), 'utf8') };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('words are replaced everywhere in the file that the task names, and it is told', async () => {
  const { report, events, text } = await ask('Please replace "colour" by "color" in paint.js, for the Americans.');
  expect(report).toEqual({ end: { kind: 'finished' }, summary: 'Replaced "colour" by "color" in paint.js.' });
  expect(events).toEqual([{ type: 'edited', path: 'paint.js' }]);
  expect(text).toBe('export const color = "red color";\n');
});

test.for(['Make it nicer.', 'replace "blue" by "red" in paint.js', 'replace "a" by "b" in ../other.js'])(
  'it has nothing to offer, and changes nothing, where it is asked: %s',
  async (instructions) => {
    const { report, events, text } = await ask(instructions);
    expect(report.end.kind).toBe('nothing-to-offer');
    expect(events).toEqual([]);
    expect(text).toBe('export const colour = "red colour";\n');
  },
);
