import { exitCode } from '../domain/failure.ts';
import { listAgents } from '../operations/agents.ts';
import type { AgentView } from '../operations/agents.ts';
import { oneLine } from './one-line.ts';
import type { GlobalOptions, Shell } from './shell.ts';

/** `miyabi agents`: every agent, whether it can work on this machine, and what to do where it cannot. */
export async function agents(shell: Shell, options: GlobalOptions & { readonly json?: boolean }): Promise<number> {
  await using app = await shell.open(options);
  const all = await listAgents(app.tools);
  if (options.json === true) shell.out(`${JSON.stringify({ type: 'agents', schemaVersion: 1, agents: all })}\n`);
  else {
    for (const agent of all) shell.out(told(shell, agent));
    shell.out(`\n${shell.program} run <issue> --agent <agent> takes another one than yours (→).\n`);
  }
  return exitCode.done;
}

function told({ colours }: Shell, { name, usable, installed, detail, fix, chosen }: AgentView): string {
  const version = installed.kind === 'found' ? installed.version : installed.kind === 'missing' ? 'missing' : 'built in';
  const mark = usable ? colours.green('✔') : colours.yellow('–');
  const line = `${chosen ? '→' : ' '} ${mark} ${name.padEnd(12)} ${version.padEnd(10)} ${oneLine(detail)}\n`;
  return fix === '' ? line : `${line}${' '.repeat(28)}→ ${oneLine(fix)}\n`;
}
