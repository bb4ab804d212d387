import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCommandDeployer } from '../../../src/adapters/deploy/command/create-command-deployer.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import { targetStatus } from '../../support/deploy-target-status.ts';

const program = fileURLToPath(new URL('../../support/deploy-target-program.ts', import.meta.url));

/** @param scratch holds the folder of the environment, and one for the program. */
export function openVictim(scratch: string): Deployer {
  const command = `'${process.execPath}' '${program}' '${scratch}'`;
  const runner = createProcessRunner();
  const deployer = createCommandDeployer({
    target: { kind: 'command', deploy: command, status: targetStatus(scratch), rollback: command, timeoutSeconds: 60 },
    environment: 'production',
    folder: join(scratch, 'environment'),
    process: runner,
    host: { PATH: process.env['PATH'] },
    secrets: {},
    nodePath: process.execPath,
    hidden: [],
  });
  return { ...deployer, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}
