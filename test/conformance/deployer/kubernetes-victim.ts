import { join } from 'node:path';
import { createKubernetesDeployer } from '../../../src/adapters/deploy/kubernetes/create-kubernetes-deployer.ts';
import { createProcessRunner } from '../../../src/adapters/process/process-runner.ts';
import type { Deployer } from '../../../src/ports/deployer.ts';

/** @param scratch holds the file that kubectl goes by, and the folder of the environment. */
export function openVictim(scratch: string): Deployer {
  const runner = createProcessRunner();
  const deployer = createKubernetesDeployer({
    target: {
      kind: 'kubernetes',
      kubeconfig: join(scratch, 'kubeconfig'),
      context: 'test',
      namespace: 'shop',
      deployment: 'shop',
      manifests: 'k8s/production',
      image: 'registry.example.org/ada/shop',
      dockerfile: 'Dockerfile',
      build: false,
      timeoutSeconds: 60,
    },
    environment: 'production',
    folder: join(scratch, 'environment'),
    process: runner,
    host: { PATH: process.env['PATH'], HOME: scratch },
    secrets: {},
  });
  return { ...deployer, [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose]() };
}
