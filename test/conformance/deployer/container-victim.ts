import { createContainerDeployer } from '../../../src/adapters/deploy/container/create-container-deployer.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';
import { servicePort } from '../../support/container-service.ts';

export interface ContainerVictim {
  /** Of the environment. */
  readonly folder: string;
  /** For the engine. */
  readonly host: Readonly<Record<string, string>>;
}

/** @param settings a {@link ContainerVictim} as JSON. */
export function openVictim(settings: string): Deployer {
  const { folder, host } = JSON.parse(settings) as ContainerVictim;
  const runner = createProcessRunner();
  const deployer = createContainerDeployer({
    target: {
      kind: 'container',
      engine: 'podman',
      listen: { host: '127.0.0.1', port: 0 },
      containerPort: servicePort,
      dockerfile: 'Dockerfile',
      image: 'shop',
      push: false,
      stopSeconds: 2,
    },
    environment: 'production',
    folder,
    process: runner,
    host,
    secrets: {},
    nodePath: process.execPath,
    hidden: [],
  });
  return { ...deployer, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}
