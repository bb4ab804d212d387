import { createProcessDeployer } from '../../../src/adapters/deploy/process/create-process-deployer.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import { serviceStart } from '../../support/service-releases.ts';

/** @param folder of the environment. */
export function openVictim(folder: string): Deployer {
  return createProcessDeployer({
    folder,
    nodePath: process.execPath,
    hidden: [],
    target: { kind: 'process', listen: { host: '127.0.0.1', port: 0 }, start: serviceStart, stopSeconds: 2 },
  });
}
