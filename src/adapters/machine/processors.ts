/** Processor time of the machine since some moment, in any unit. */
export interface ProcessorTime {
  readonly busy: number;
  readonly total: number;
}

/** `0-3,8` means five processors. */
export function parseList(text: string): ReadonlySet<number> {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const [first, last = first] = part.trim().split('-');
    if (first === undefined || first === '') continue;
    for (let number = Number(first); number <= Number(last); number += 1) numbers.add(number);
  }
  return numbers;
}

/** The processors that a process may run on, from its `/proc/<id>/status`. Says the same as a cpuset, and knows `taskset` too. */
export function allowedProcessors(status: string): ReadonlySet<number> {
  return parseList(/^Cpus_allowed_list:\s*(.*)$/m.exec(status)?.[1] ?? '');
}

/**
 * The time of some processors together, from `/proc/stat`. Waiting for a disk is idle; time that another guest of the same host
 * took counts as busy, since nobody here can have it.
 */
export function parseStat(stat: string, processors: ReadonlySet<number>): ProcessorTime {
  let [busy, total] = [0, 0];
  for (const line of stat.split('\n')) {
    const [, number, times] = /^cpu(\d+) (.*)$/.exec(line) ?? [];
    if (number === undefined || times === undefined || (processors.size > 0 && !processors.has(Number(number)))) continue;
    // user nice system idle iowait irq softirq steal; what follows is contained in user and nice.
    const values = times.trim().split(/ +/).slice(0, 8).map(Number);
    const sum = values.reduce((one, other) => one + other, 0);
    total += sum;
    busy += sum - (values[3] ?? 0) - (values[4] ?? 0);
  }
  return { busy, total };
}
