import { testWriterNames, worldNames } from '../world.ts';

/** A log of a run, as people and programs name it. */
export interface LogName {
  /** `task-1.alpha` for the agent of a world, else the name of its file without `.log`. */
  readonly log: string;
  /** Id of the plan task that its agent works on; undefined where it is no agent's. */
  readonly planTask: string | undefined;
  /** The world, or whoever writes tests. */
  readonly world: string | undefined;
}

const workers: readonly string[] = [...worldNames, ...testWriterNames];
/** `-again`: of an agent whose program was started a second time in one attempt. */
const ofAgent = new RegExp(`^(.+)-(${workers.join('|')})(-again)?$`);

/** What every name of a log matches; no path can be made of it. */
export const logNamePattern = /^\w[\w.-]{0,149}$/;

/** @param file the name of a file in the folder of a run's logs. @returns undefined for what is no log. */
export function logNameOf(file: string): LogName | undefined {
  const name = file.endsWith('.log') ? file.slice(0, -'.log'.length) : '';
  if (!logNamePattern.test(name)) return undefined;
  const [, planTask, world, again = ''] = ofAgent.exec(name) ?? [];
  if (planTask === undefined || world === undefined) return { log: name, planTask: undefined, world: undefined };
  return { log: `${planTask}.${world}${again}`, planTask, world };
}

/** The order in which logs are told: tasks as numbers count them, worlds in their places, and what is no agent's last. */
export function compareLogs(one: LogName, other: LogName): number {
  return (
    Number(one.world === undefined) - Number(other.world === undefined) ||
    (one.planTask ?? '').localeCompare(other.planTask ?? '', 'en', { numeric: true }) ||
    workers.indexOf(one.world ?? '') - workers.indexOf(other.world ?? '') ||
    one.log.localeCompare(other.log, 'en', { numeric: true })
  );
}
