import { exitCode, Failure } from '../domain/failure.ts';
import { diagnose } from '../operations/doctor/diagnose.ts';
import type { Finding } from '../operations/doctor/finding.ts';
import { failure, fine } from '../operations/doctor/finding.ts';
import type { Mended } from '../operations/doctor/mend.ts';
import { mendAll } from '../operations/doctor/mend.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

export interface DoctorOptions extends GlobalOptions {
  readonly fix?: boolean;
  readonly network?: boolean;
  readonly json?: boolean;
}

/** `miyabi doctor`: what this machine has of what Miyabi needs. Exit 3 when something is missing. */
export async function doctor(shell: Shell, options: DoctorOptions): Promise<number> {
  const { findings, mended } = await examined(shell, options);
  const failed = findings.some(({ status }) => status === 'failure');
  const told = findings.map(({ name, status, detail, fix }) => ({ name, status, detail, fix }));
  if (options.json === true) {
    shell.out(`${JSON.stringify({ type: 'doctor', schemaVersion: 1, ok: !failed, findings: told, mended })}\n`);
  } else {
    for (const { name, done } of mended) shell.out(`${shell.colours.green('✔ mended ')} ${name}: ${oneLine(done)}\n`);
    for (const { name, status, detail, fix } of told)
      shell.out(`${mark(shell, status)} ${name}: ${oneLine(detail)}${fix === '' ? '' : `\n    → ${oneLine(fix)}`}\n`);
  }
  return failed ? exitCode.configuration : exitCode.done;
}

interface Examined {
  readonly findings: readonly Finding[];
  readonly mended: readonly Mended[];
}

/** Where the records or the configuration keep anything from being opened, that is what there is to tell. */
async function examined(shell: Shell, options: DoctorOptions): Promise<Examined> {
  try {
    await using app = await shell.open(options);
    const request = { repository: shell.cwd, network: options.network === true };
    const findings = await diagnose(app.tools, request);
    const mended = options.fix === true ? await mendAll(findings) : [];
    const after = mended.length === 0 ? findings : await diagnose(app.tools, request);
    return { findings: [...after, terminal(shell)], mended };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { what, why, fix } = error.text;
    return { findings: [failure('Opening', `${what} ${why}`, fix), terminal(shell)], mended: [] };
  }
}

function terminal({ interactive, colours, columns }: Shell): Finding {
  if (!interactive) return fine('Terminal', 'none that can redraw: a line for each change, and no questions');
  return fine('Terminal', `redraws, ${colours.isColorSupported ? 'in colours' : 'without colours'}, ${columns()} columns`);
}

function mark(shell: Shell, status: Finding['status']): string {
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
