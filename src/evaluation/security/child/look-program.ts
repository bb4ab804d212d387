/**
 * A program of its own, started by the analyses: reads texts of a change from its standard input, looks at them step by step, and prints what
 * it finds as JSON lines. It reads no file but its own, writes none, and is told nothing that is secret.
 */
import { text } from 'node:stream/consumers';
import type { LookEvent, LookInput } from '../protocol.ts';
import type { LookStep, StepInput } from '../steps.ts';

type Result = Omit<Extract<LookEvent, { readonly type: 'ended' }>, 'type' | 'step'>;

/** Each is loaded when it is its turn: most changes need few of the libraries. */
async function look(step: LookStep, input: StepInput): Promise<Result> {
  switch (step) {
    case 'secrets':
      return { findings: [...(await (await import('./secrets.ts')).lookForSecrets(input))] };
    case 'dangerous-code': {
      const { findings, unknown } = await (await import('./dangerous-code.ts')).lookForDangerousCode(input);
      return { findings: [...findings], ...(unknown === undefined ? {} : { unknown }) };
    }
    case 'capabilities':
      return { findings: [...(await (await import('./capabilities.ts')).lookForCapabilities(input))] };
    case 'dependencies': {
      const { findings, packages } = await (await import('./dependencies.ts')).lookAtDependencies(input);
      return { findings: [...findings], packages: [...packages] };
    }
  }
}

/** Written before the step goes on: who waits must know which step it was that never ended. */
async function print(event: LookEvent): Promise<void> {
  await new Promise<void>((resolve) => process.stdout.write(`${JSON.stringify(event)}\n`, () => resolve()));
}

const { steps, input } = JSON.parse(await text(process.stdin)) as LookInput;
for (const step of steps) {
  await print({ type: 'begun', step });
  try {
    await print({ type: 'ended', step, ...(await look(step, input)) });
  } catch (error) {
    await print({ type: 'broke', step, reason: error instanceof Error ? error.message.slice(0, 500) : 'it threw something' });
  }
}
