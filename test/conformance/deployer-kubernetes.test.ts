/** @module-tag campaign */
import { join } from 'node:path';
import { describe } from 'vitest';
import { whereIs } from '../security/container-stand.ts';
import { kubernetesStand } from '../support/kubernetes/api-server.ts';
import { writeFiles } from '../support/repository.ts';
import { commitOf } from '../support/service-releases.ts';
import { temporaryFolder } from '../support/temporary.ts';
import { describeDeployer } from './deployer-conformance.ts';
import { openVictim } from './deployer/kubernetes-victim.ts';
import type { DeployerStand } from './deployer-stand.ts';

const lacking = whereIs('kubectl') === undefined ? 'not run here: kubectl is not installed' : undefined;
const noPods = 'the scripted cluster runs no pods';

describe.skipIf(lacking !== undefined)(`with kubectl${lacking === undefined ? '' : ` (${lacking})`}`, () => {
  describeDeployer('kubernetes', openStand, {
    beside: 'a rolling update is the switch',
    environment: noPods,
    hooks: noPods,
    traffic: 'a cluster is not asked for it',
    exits: noPods,
  });
});

const manifest = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: <image> }] }
`;

async function openStand(): Promise<DeployerStand> {
  await using opened = new AsyncDisposableStack();
  const { path } = opened.use(await temporaryFolder());
  const { cluster } = opened.use(await kubernetesStand(path));
  const resources = opened.move();
  return {
    open: () => resources.use(openVictim(path)),
    async release(number, _behaviour, environment = {}) {
      const folder = join(path, `r${number}`);
      writeFiles(folder, { 'k8s/production/shop.yaml': manifest });
      return { number, commit: commitOf(number), folder, digest: '0'.repeat(64), environment };
    },
    async ask() {
      const [pod] = cluster.list('pods', { app: 'shop' });
      const release = pod?.metadata.annotations?.['miyabi.dev/release'];
      return { status: release === undefined ? 503 : 200, release: release ?? null, body: '' };
    },
    victim: { module: new URL('deployer/kubernetes-victim.ts', import.meta.url), settings: path },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
