import { configJsonSchema } from '../domain/config-json-schema.ts';
import { exitCode } from '../domain/failure.ts';
import type { Shell } from './shell.ts';

/** `miyabi config schema`: the JSON schema of a file of configuration, for editors and for whoever makes such files. */
export function printConfigSchema(shell: Shell): number {
  shell.out(`${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
  return exitCode.done;
}
