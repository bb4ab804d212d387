import { asCommitId, type CommitId } from '../../domain/ids.ts';
import type { BaseEvidence, CheckEvidence, TestCase, TestEvidence } from '../../domain/evidence.ts';
import type { WorldEvidence } from '../../domain/choice.ts';
import { worldNames, type WorldName } from '../../domain/world.ts';
import { baseEvidence } from '../base.ts';

export function commit(digit: string): CommitId {
  const id = asCommitId(digit.repeat(40));
  if (id === undefined) throw new Error(`no hexadecimal digit: ${digit}`);
  return id;
}

/** `reported({ a: 'passed' })`. */
export function reported(
  outcome: Readonly<Record<string, TestCase['status']>>,
  more: { exitCode?: number; incomplete?: true } = {},
): TestEvidence {
  const cases = Object.entries(outcome).map(([id, status]) => ({
    id,
    status,
    ...(id.includes(' > ') ? { file: id.slice(0, id.indexOf(' > ')) } : {}),
  }));
  const failed = cases.some(({ status }) => status === 'failed');
  return { kind: 'reported', runner: 'node:test', cases, exitCode: more.exitCode ?? (failed ? 1 : 0), durationMs: 1, notes: [], ...more };
}

export const passed = { kind: 'passed', command: 'npm run build', durationMs: 1 } as const;
export const failed = { kind: 'failed', command: 'npm run build', exitCode: 2, output: 'a.ts(1,1): error TS1: no', durationMs: 1 } as const;
export const absent = { kind: 'none', reason: 'There is none.' } as const;

export function lint(warnings: number, errors = 0) {
  return { kind: 'reported', command: 'npm run lint', warnings, errors, durationMs: 1 } as const;
}

export function checked(parts: Partial<CheckEvidence> = {}): CheckEvidence {
  return { commit: commit('1'), install: absent, build: passed, typeCheck: absent, tests: reported({}), lint: absent, ...parts };
}

export function baseOf(parts: Partial<CheckEvidence> = {}, again?: TestEvidence): BaseEvidence {
  const check = checked(parts);
  return baseEvidence(check, again ?? check.tests);
}

type Checked = Extract<WorldEvidence, { kind: 'checked' }>;

/** A checked world with a change of `size` lines in `files` files. */
export function world(
  name: WorldName,
  check: Partial<CheckEvidence>,
  more: Partial<Omit<Checked, 'check'>> & { size?: number; files?: number } = {},
): Checked {
  const { size = 2, files = 1, ...rest } = more;
  const change = {
    files: Array.from({ length: files }, (_, index) => ({
      path: `src/${index}.js`,
      status: 'modified' as const,
      addedLines: index === 0 ? size : 0,
      removedLines: 0,
      binary: false,
      kind: 'file' as const,
    })),
  };
  return {
    kind: 'checked',
    world: name,
    stance: 'balanced',
    commit: commit(String(worldNames.indexOf(name) + 1)),
    change,
    check: checked(check),
    integrity: [],
    summary: `Changed by ${name}.`,
    costMicroUsd: 0,
    durationMs: 1_000,
    ...rest,
  };
}

export function ended(name: WorldName, status: Extract<WorldEvidence, { kind: 'ended' }>['status'], reason: string): WorldEvidence {
  return { kind: 'ended', world: name, stance: 'creative', status, reason, costMicroUsd: 0, durationMs: 1_000 };
}
