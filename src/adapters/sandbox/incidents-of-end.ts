import type { ProcessResult } from '../../ports/process.ts';
import type { Told } from './rung.ts';

/** What the way a program ended says about a limit it ran into. Nobody is stopped for it: the program has ended. */
export function incidentsOfEnd({ end, leftovers }: Pick<ProcessResult, 'end' | 'leftovers'>): readonly Told[] {
  const told = (kind: Told['kind'], detail: string): Told => ({ kind, detail, stopped: false });
  const signal = end.kind === 'signalled' ? end.signal : undefined;
  return [
    ...(signal === 'SIGXCPU' ? [told('cpu', 'a program used all the processor time that one may use, and was ended')] : []),
    ...(signal === 'SIGXFSZ' ? [told('file-size', 'a program wrote to a file beyond the size that one may have, and was ended')] : []),
    ...(signal === 'SIGSYS' ? [told('system-call', 'a program made a system call of another architecture, and was ended')] : []),
    ...(leftovers > 0 ? [told('left-over', leftovers === 1 ? 'a process was left over' : `${leftovers} processes were left over`)] : []),
  ];
}
