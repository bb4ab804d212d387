import type { CheckCommand, ChecksPlan } from '../../domain/checks.ts';
import type { EarlyChecks } from './early.ts';
import { ecosystems } from './ecosystems/table.ts';
import type { ProcessLimits, ProcessRunner } from '../../ports/process.ts';

/** Where and how the commands of a plan are run. */
export interface CheckSetting {
  readonly plan: ChecksPlan;
  /** A fresh checkout of the commit. */
  readonly directory: string;
  /** An existing folder outside the checkout, for reports. Left as it was found. */
  readonly reportDirectory: string;
  /** The environment of the commands; {@link environmentOf} adds to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly process: ProcessRunner;
  readonly limits?: ProcessLimits;
  readonly signal?: AbortSignal;
  /** Without it every command has the whole of its time. */
  readonly early?: EarlyChecks;
}

/** The whole environment of the commands, with what keeps the tools of this ecosystem from writing into the checkout. */
export function environmentOf({ plan, environment }: Pick<CheckSetting, 'plan' | 'environment'>): Readonly<Record<string, string>> {
  const entry = ecosystems.find(({ name }) => name === plan.ecosystem);
  return { ...environment, ...entry?.environment?.(environment) };
}

/** The common part of every command of a plan: stdin is closed, so nothing can wait for an answer. */
export function processRequest(setting: CheckSetting, command: CheckCommand) {
  return {
    command: command.command,
    cwd: setting.directory,
    timeoutMs: setting.plan.timeoutMs,
    ...(setting.signal === undefined ? {} : { signal: setting.signal }),
    ...(setting.limits === undefined ? {} : { limits: setting.limits }),
  };
}
