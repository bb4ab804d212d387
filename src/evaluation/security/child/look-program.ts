/**
 * A program of its own, started by the analyses: reads texts of a change from its standard input, looks at them step by step, and prints what
 * it finds as JSON lines. It reads no file but its own, writes none, and is told nothing that is secret.
 */
import { text } from 'node:stream/consumers';
import type { LookEvent, LookFinding, LookInput } from '../protocol.ts';
import type { LookStep, StepInput } from '../steps.ts';
import type { Brought } from './dependencies.ts';

/** In characters; a line of output has an end. */
const longest = { path: 1000, detail: 600, name: 300 } as const;

/** Findings of one change that are told; where there are more it is lost anyway. */
const mostFindings = 2000;

interface Result {
  readonly findings: readonly LookFinding[];
  readonly packages?: readonly Brought[];
  readonly unknown?: string;
}

/** Each is loaded when it is its turn: most changes need few of the libraries. */
async function look(step: LookStep, input: StepInput): Promise<Result> {
  switch (step) {
    case 'secrets':
      return { findings: await (await import('./secrets.ts')).lookForSecrets(input) };
    case 'dangerous-code':
      return await (await import('./dangerous-code.ts')).lookForDangerousCode(input);
    case 'capabilities':
      return { findings: await (await import('./capabilities.ts')).lookForCapabilities(input) };
    case 'dependencies':
      return await (await import('./dependencies.ts')).lookAtDependencies(input);
  }
}

/** Written before it goes on: who waits must know which step it was that never ended. */
async function print(...events: readonly LookEvent[]): Promise<void> {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join('');
  await new Promise<void>((resolve) => process.stdout.write(lines, () => resolve()));
}

function eventsOf(step: LookStep, { findings, packages = [], unknown }: Result): readonly LookEvent[] {
  const found = findings.slice(0, mostFindings).map((finding): LookEvent => {
    const [path, detail] = [finding.path.slice(0, longest.path), finding.detail.slice(0, longest.detail)];
    return { type: 'found', finding: { ...finding, path, detail } };
  });
  const brought = packages.map(({ ecosystem, name, version, path }): LookEvent => {
    const cut = [name, version].map((word) => word.slice(0, longest.name)) as [string, string];
    return { type: 'brought', package: { ecosystem, name: cut[0], version: cut[1], path: path.slice(0, longest.path) } };
  });
  const ended = { type: 'ended', step, found: found.length, brought: brought.length } as const;
  return [...found, ...brought, unknown === undefined ? ended : { ...ended, unknown }];
}

const { steps, input } = JSON.parse(await text(process.stdin)) as LookInput;
for (const step of steps) {
  await print({ type: 'begun', step });
  try {
    await print(...eventsOf(step, await look(step, input)));
  } catch (error) {
    await print({ type: 'broke', step, reason: error instanceof Error ? error.message.slice(0, 500) : 'it threw something' });
  }
}
