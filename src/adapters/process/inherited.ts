import { closeSync, readFileSync, readdirSync } from 'node:fs';

/** `O_CLOEXEC` in the flags of a descriptor: no program that is started gets it. */
const notHandedOn = 0o2000000;

/**
 * Closes what a terminal or a shell has left open for this process beside input, output and error: every program that is started would
 * be handed it, and what it leads to is nobody's business who works in a world. All that Node opens itself is handed on to nobody and
 * stays; so does what an argument names, as `/dev/fd/63` for `<(command)`. Where there is no /proc nothing can be told.
 */
export function closeInherited(args: readonly string[]): void {
  const named = new Set(args.flatMap((arg) => [...arg.matchAll(/\/fd\/(\d+)/g)].map(([, descriptor]) => Number(descriptor))));
  for (const descriptor of inheritedDescriptors()) if (!named.has(descriptor)) closeSync(descriptor);
}

function inheritedDescriptors(): readonly number[] {
  const folder = '/proc/self/fdinfo';
  const names = unlessAbsent(() => readdirSync(folder)) ?? [];
  return names.map(Number).filter((descriptor) => {
    // The one by which the folder was listed is gone by now.
    const text = descriptor < 3 ? undefined : unlessAbsent(() => readFileSync(`${folder}/${descriptor}`, 'utf8'));
    const [, flags] = /^flags:\s*(\d+)$/m.exec(text ?? '') ?? [];
    return flags !== undefined && (Number.parseInt(flags, 8) & notHandedOn) === 0;
  });
}

function unlessAbsent<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
