import { Failure } from '../domain/failure.ts';
import type { TaskContext } from '../weaver/handler.ts';
import type { NodeProgram } from '../worlds/choose-node.ts';
import { findNodes } from '../worlds/find-nodes.ts';
import type { PlannedChecks } from './task-types.ts';
import type { WorkflowTools } from './tools.ts';
import { runOf } from './tools.ts';

type Tools = Pick<WorkflowTools, 'processes' | 'host'>;

/**
 * How the project is checked, with the Node of this machine: another one planned it, and what lies at the same path here may be another version.
 * On one machine it is what was planned.
 */
export async function checksHere(tools: Tools, context: TaskContext<unknown>, checks: PlannedChecks): Promise<PlannedChecks> {
  if (runOf(context).repository.kind === 'local') return checks;
  const { node } = checks;
  // A person names a path for all machines, whatever lies there.
  if (runOf(context).config.node.path !== undefined) return checks;
  const ours = { path: tools.host.nodePath, version: tools.host.nodeVersion };
  if (ours.version === node.version) return { ...checks, node: { ...node, path: ours.path } };
  const all = [ours, ...(await findNodes(tools.processes, tools.host.environment['PATH'] ?? ''))];
  const found = nearest(all, node.version);
  if (found === undefined) throw noSuchNode(node.version, all);
  return { ...checks, node: { ...node, path: found.path } };
}

/** The same version, else one of the same line: what a project does differs between lines, hardly within one. */
function nearest(programs: readonly NodeProgram[], version: string): NodeProgram | undefined {
  const [major = '', minor = ''] = version.split('.');
  const line = programs.filter((one) => one.version.split('.')[0] === major);
  return line.find((one) => one.version === version) ?? line.find((one) => one.version.split('.')[1] === minor) ?? line[0];
}

function noSuchNode(version: string, programs: readonly NodeProgram[]): Failure {
  return new Failure(
    'configuration',
    {
      what: `This machine has no Node ${version.split('.')[0] ?? ''} to check the project with.`,
      why: `The run's base was checked with Node ${version}; here there is ${programs.map((one) => one.version).join(', ')}.`,
      fix: 'Install that line of Node on the PATH of every machine that works on this project, or name one path for all of them in `node.path`.',
    },
    { facts: { version, found: programs.map((one) => one.version) } },
  );
}
