import { exitCode } from '../domain/failure.ts';
import { checkRecords } from '../operations/check-records.ts';
import type { DatabaseOptions } from './db.ts';
import { oneLine } from './one-line.ts';
import type { Shell } from './shell.ts';

/** `miyabi db check`: looks at all records. Exit 1 where something cannot be so. */
export async function checkDb(shell: Shell, options: DatabaseOptions): Promise<number> {
  await using tools = await shell.maintaining(options);
  const { name, checks, faults, artifacts } = await checkRecords(tools);
  const code = faults.length === 0 ? exitCode.done : exitCode.failed;
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'db.checked', schemaVersion: 1, database: name, ok: code === 0, checks, faults, artifacts })}\n`);
    return code;
  }
  for (const { check, detail } of faults) shell.out(`${shell.colours.red('✖')} ${check}: ${oneLine(detail)}\n`);
  const looked = `${oneLine(name)}: ${checks.join(', ')}`;
  shell.out(
    faults.length === 0
      ? `${looked}: all of it is sound.\n`
      : `${looked}: ${faults.length === 1 ? 'one fault' : `${faults.length} faults`}.\n`,
  );
  return code;
}
