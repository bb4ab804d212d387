import type { FrameworkName } from '../warm/messages.ts';

/** Runners that can work in a copy of a project: those that a warm process can stand in for, and those that tell of their tests by TAP. */
export type ColdFramework = FrameworkName | TapFramework;

/** `tap` is whatever makes a program of a test file: tape, tap. */
export type TapFramework = 'ava' | 'tap';

/** Told of several files at once, TAP does not say which test is in which: each file is a run of its own. */
export function speaksTap(framework: ColdFramework): framework is TapFramework {
  return framework === 'ava' || framework === 'tap';
}

/** Whether one process of a runner can give each test file its own globals and modules without beginning anew. */
export function runsTogether(framework: ColdFramework): boolean {
  return framework === 'vitest' || framework === 'jest';
}
