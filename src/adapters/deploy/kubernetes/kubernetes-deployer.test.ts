import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { whereIs } from '../../../../test/security/container-stand.ts';
import { kubernetesStand } from '../../../../test/support/kubernetes/api-server.ts';
import { exitOnce } from '../../../../test/support/kubernetes/run-deployment.ts';
import { writeFiles } from '../../../../test/support/repository.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { CommitId } from '../../../domain/ids.ts';
import { DeployRefused, FencedOff } from '../../../ports/deployer.ts';
import type { ChangeOfTarget, DeployableRelease } from '../../../ports/deployer.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { createKubernetesDeployer } from './create-kubernetes-deployer.ts';

const lacking = whereIs('kubectl') === undefined ? 'not run here: kubectl is not installed' : undefined;
const never = new AbortController().signal;

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 1
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:
        - name: shop
          image: <image>
          ports: [{ containerPort: 3000 }]
          env: [{ name: COMMIT, value: '<commit>' }, { name: RELEASE, value: <release> }]
          envFrom: [{ secretRef: { name: <environment> } }]
          readinessProbe: { httpGet: { path: /healthz, port: 3000 } }
`;
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: shop }\nspec: { selector: { app: shop }, ports: [{ port: 80 }] }\n';

async function place() {
  await using opened = new AsyncDisposableStack();
  const { path } = opened.use(await temporaryFolder());
  const kubernetes = await kubernetesStand(path);
  const stop = async (): Promise<void> => await kubernetes[Symbol.asyncDispose]();
  opened.defer(stop);
  const runner = opened.use(createProcessRunner());
  const lines: string[] = [];
  const open = (folder = 'environment', more: { readonly namespace?: string; readonly image?: string } = {}) =>
    createKubernetesDeployer({
      target: {
        kind: 'kubernetes',
        kubeconfig: kubernetes.kubeconfig,
        context: 'test',
        namespace: kubernetes.namespace,
        deployment: 'shop',
        manifests: 'k8s/production',
        image: 'registry.example.org/ada/shop',
        dockerfile: 'Dockerfile',
        build: false,
        timeoutSeconds: 5,
        ...more,
      },
      environment: 'production',
      folder: join(path, folder),
      process: runner,
      host: { PATH: process.env['PATH'], HOME: path },
      secrets: {},
    });
  const resources = opened.move();
  return {
    ...kubernetes,
    stop,
    deployer: open(),
    open,
    lines,
    release: (
      number: number,
      files: Readonly<Record<string, string>> = { 'k8s/production/shop.yaml': deployment, 'k8s/production/service.yaml': service },
    ): DeployableRelease => {
      const folder = join(path, `r${number}`);
      mkdirSync(folder, { recursive: true });
      writeFiles(folder, files);
      const commit = number.toString(16).padEnd(40, 'c') as CommitId;
      return { number, commit, folder, digest: '0'.repeat(64), environment: { GREETING: `hello\nfrom r${number}` } };
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function change(fence: number, lines: string[] = []): ChangeOfTarget {
  return { fence, signal: never, onLine: (line) => lines.push(line) };
}

describe.skipIf(lacking !== undefined)(
  `a deployment of Kubernetes${lacking === undefined ? '' : ` (${lacking})`}`,
  { timeout: 60_000 },
  () => {
    test('is given its first release and the next one, and is undone to the revision of the first', { tags: ['campaign'] }, async () => {
      await using here = await place();
      const { deployer, release, cluster } = here;
      expect(await deployer.status(never)).toEqual({ fence: 0, serving: undefined, running: [], url: undefined });
      await deployer.place(release(1), change(1));
      expect(await deployer.start(release(1), change(1))).toBe(false);
      await deployer.serve(release(1), change(1, here.lines));
      expect(here.lines.join('\n')).toMatch(
        /service\/shop serverside-applied\ndeployment\.apps\/shop serverside-applied\n.*successfully rolled out/,
      );
      expect(await deployer.status(never)).toMatchObject({
        fence: 1,
        serving: { release: 1, commit: release(1).commit },
        running: [{ release: 1, exits: [] }],
      });
      const [pod] = cluster.list('pods');
      expect(pod?.spec).toMatchObject({
        containers: [
          {
            image: `registry.example.org/ada/shop:${release(1).commit}`,
            env: [{ value: release(1).commit }, { value: 'r1' }],
            envFrom: [{ secretRef: { name: 'shop-r1' } }],
          },
        ],
      });
      expect(cluster.get('secrets', 'shop-r1')).toMatchObject({ stringData: { GREETING: 'hello\nfrom r1' } });
      exitOnce(cluster, 'shop');
      expect((await deployer.status(never)).running[0]?.exits).toHaveLength(1);

      await deployer.place(release(2), change(2));
      await deployer.serve(release(2), change(2));
      await deployer.serve(release(2), change(2));
      expect(await deployer.status(never)).toMatchObject({ fence: 2, serving: { release: 2 }, running: [{ release: 2 }] });
      const applied = here.asked.filter((line) => line.startsWith('PATCH') && line.includes('/deployments/shop')).length;

      here.lines.length = 0;
      await deployer.serve(release(1), change(3, here.lines));
      expect(here.lines.join('\n')).toMatch(/deployment\.apps\/shop rolled back/);
      expect(await deployer.status(never)).toMatchObject({ fence: 3, serving: { release: 1 } });
      // The undo has brought back the annotations of its revision, and with them the old fence, which was written anew.
      expect(cluster.get('deployments', 'shop').metadata.annotations).toMatchObject({ 'miyabi.dev/release': '1', 'miyabi.dev/fence': '3' });
      expect(here.asked.filter((line) => line.startsWith('PATCH') && line.includes('/deployments/shop')).length - applied).toBe(4);
      await deployer.retire({ running: [1], placed: [1] }, change(3));
      expect(cluster.list('secrets').map(({ metadata }) => metadata.name)).toEqual(['shop-r1']);
    });

    test(
      'refuses whoever comes from another machine with a lower fence, and is asked again when somebody was faster',
      { tags: ['campaign'] },
      async () => {
        await using here = await place();
        await here.deployer.serve(here.release(1), change(5));
        const elsewhere = here.open('elsewhere');
        await expect(elsewhere.serve(here.release(2), change(4))).rejects.toThrow(new FencedOff(4, 5));
        await expect(elsewhere.place(here.release(2), change(4))).rejects.toThrow(FencedOff);
        let met = false;
        here.cluster.interfere('deployments', () => {
          met = true;
          here.cluster.put('deployments', 'shop', here.cluster.get('deployments', 'shop'));
        });
        await elsewhere.serve(here.release(2), change(6));
        expect({ met, status: await here.deployer.status(never) }).toMatchObject({
          met: true,
          status: { fence: 6, serving: { release: 2 } },
        });
        here.cluster.interfere('deployments', () => {
          const { metadata, ...rest } = here.cluster.get('deployments', 'shop');
          here.cluster.put('deployments', 'shop', {
            ...rest,
            metadata: { ...metadata, annotations: { ...metadata.annotations, 'miyabi.dev/fence': '9' } },
          });
        });
        await expect(here.deployer.serve(here.release(3), change(8))).rejects.toThrow(new FencedOff(8, 9));
        expect(await here.deployer.status(never)).toMatchObject({ serving: { release: 2 } });
      },
    );

    test('whose release is not rolled out is refused, and what was ready serves on', { tags: ['campaign'] }, async () => {
      await using here = await place();
      await here.deployer.serve(here.release(1), change(1));
      const broken = here.open('environment', { image: 'registry.example.org/broken' });
      const refusal = broken.serve(here.release(2), change(2));
      await expect(refusal).rejects.toThrow(DeployRefused);
      await expect(refusal).rejects.toThrow(/exceeded its progress deadline/);
      expect(await here.deployer.status(never)).toMatchObject({ serving: { release: 1 }, running: [{ release: 2 }, { release: 1 }] });
      await here.deployer.serve(here.release(1), change(2));
      expect(await here.deployer.status(never)).toMatchObject({ serving: { release: 1 }, running: [{ release: 1 }] });
    });

    test('has its hooks run as jobs with the pod of the release, once under a key', { tags: ['campaign'] }, async () => {
      await using here = await place();
      const hook = { key: 'expand', command: 'migrate; exit 3', timeoutMs: 30_000 };
      const end = { code: 3, tail: 'ran /bin/sh -c migrate; exit 3\n' };
      expect(await here.deployer.hook(here.release(1), hook, change(1))).toEqual(end);
      expect(await here.deployer.hook(here.release(1), hook, change(1))).toEqual(end);
      const [job, ...others] = here.cluster.list('jobs');
      expect(others).toEqual([]);
      const container = {
        name: 'shop',
        image: `registry.example.org/ada/shop:${here.release(1).commit}`,
        command: ['/bin/sh', '-c', 'migrate; exit 3'],
      };
      expect(job?.spec).toMatchObject({
        backoffLimit: 0,
        activeDeadlineSeconds: 30,
        template: { spec: { restartPolicy: 'Never', containers: [container] } },
      });
      expect(JSON.stringify(job)).not.toMatch(/readinessProbe|containerPort/);
      expect(await here.deployer.hook(here.release(1), { ...hook, key: 'fine', command: 'migrate' }, change(1))).toMatchObject({ code: 0 });
      expect(await here.deployer.hook(here.release(1), { ...hook, key: 'slow', command: 'sleep 9' }, change(1))).toMatchObject({
        code: 124,
      });
    });

    test('takes a folder of kustomize, which reaches for nothing outside of the release', async () => {
      await using here = await place();
      const files = (extra: string) => ({
        'k8s/base/shop.yaml': deployment,
        'k8s/production/kustomization.yaml': `resources: [../base/shop.yaml${extra}]\ncommonLabels: { tier: web }\n`,
      });
      const loose = here.release(1, files(', https://example.org/evil.yaml'));
      await expect(here.deployer.serve(loose, change(1))).rejects.toThrow(
        /names "https:\/\/example.org\/evil.yaml", which is not part of the release/,
      );
      const base = { 'k8s/base/kustomization.yaml': 'resources: [shop.yaml]\n' };
      const kept = {
        ...files(''),
        ...base,
        'k8s/production/kustomization.yaml': 'bases: [../base]\ncommonLabels: { tier: web }\n',
      };
      await here.deployer.serve(here.release(2, kept), change(1));
      expect(here.cluster.get('deployments', 'shop').metadata.labels).toEqual({ tier: 'web' });
    });

    test.each([
      ['are not there', {}, /There is no k8s\/production in the release/],
      ['hold nothing', { 'k8s/production/README.md': '' }, /neither a kustomization nor manifests/],
      ['are no YAML', { 'k8s/production/a.yaml': 'a: [' }, /cannot be read/],
      ['are no objects', { 'k8s/production/a.yaml': 'a: 1' }, /no object of Kubernetes/],
      ['lack the deployment', { 'k8s/production/a.yaml': service }, /no Deployment \(apps\/v1\) named shop/],
      [
        'belong elsewhere',
        { 'k8s/production/a.yaml': deployment.replace('name: shop', 'name: shop\n  namespace: kube-system') },
        /belongs to the namespace kube-system/,
      ],
      [
        'are a bomb',
        {
          'k8s/production/a.yaml': `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, index) => `${name}: &${name} [${`*${'abcdefg'[index]},`.repeat(9)}]`).join('\n')}\n`,
        },
        /cannot be read|no object/,
      ],
    ])('is refused manifests that %s', async (_name, files, reason) => {
      await using here = await place();
      const refusal = here.deployer.place(here.release(1, files), change(1));
      await expect(refusal).rejects.toThrow(DeployRefused);
      await expect(refusal).rejects.toThrow(reason);
      expect(here.cluster.list('secrets')).toEqual([]);
    });

    test('whose cluster cannot be reached is worth another try', async () => {
      await using here = await place();
      await here.stop();
      const failed = here.deployer.status(never).catch((error: unknown) => error);
      expect(await failed).not.toBeInstanceOf(DeployRefused);
      expect(String(await failed)).toMatch(/kubectl get ended with 1 and said: .*refused/);
    });
  },
);
