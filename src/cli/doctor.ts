import { exitCode } from '../domain/failure.ts';
import { diagnose } from '../operations/doctor.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi doctor`: what this machine has of what Miyabi needs. Exit 3 when something is missing. */
export async function doctor(shell: Shell, options: GlobalOptions & { readonly json?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const findings = await diagnose(app.tools, shell.cwd);
  const failed = findings.some(({ status }) => status === 'failure');
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'doctor', schemaVersion: 1, ok: !failed, findings })}\n`);
  else
    for (const { name, status, detail, fix } of findings)
      shell.out(`${mark(shell, status)} ${name}: ${oneLine(detail)}${fix === '' ? '' : `\n    → ${fix}`}\n`);
  return failed ? exitCode.configuration : exitCode.done;
}

function mark(shell: Shell, status: 'ok' | 'warning' | 'failure'): string {
  const { green, yellow, red } = shell.colours;
  switch (status) {
    case 'ok':
      return green('✔ ok     ');
    case 'warning':
      return yellow('! warning');
    case 'failure':
      return red('✖ failure');
  }
}
