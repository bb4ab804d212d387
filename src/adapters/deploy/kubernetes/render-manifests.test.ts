import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { whereIs } from '../../../../test/security/container-stand.ts';
import { writeFiles } from '../../../../test/support/repository.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import { DeployRefused } from '../../../ports/deployer.ts';
import { createProcessRunner } from '../../process/process-runner.ts';
import { renderManifests } from './render-manifests.ts';

const lacking = whereIs('kubectl') === undefined ? 'not run here: kubectl is not installed' : undefined;
const never = new AbortController().signal;

const asked: string[] = [];
const neighbour = createServer((request, response) => {
  asked.push(request.url ?? '');
  response.end('told: to whoever asks\n');
});
let address = '';

beforeAll(async () => {
  await once(neighbour.listen(0, '127.0.0.1'), 'listening');
  address = `http://127.0.0.1:${(neighbour.address() as AddressInfo).port}/secret`;
});
afterAll(async () => {
  neighbour.closeAllConnections();
  neighbour.close();
  await once(neighbour, 'close');
});

type Files = Readonly<Record<string, string>>;
const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: shop }\n';
const generator = (files: string): string =>
  `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: { name: taken }\nname: taken\nfiles: [${files}]\n`;

async function render(files: Files): Promise<string> {
  await using place = await temporaryFolder();
  await using runner = createProcessRunner();
  const folder = join(place.path, 'release');
  mkdirSync(folder);
  writeFiles(place.path, { 'elsewhere/kustomization.yaml': 'resources: []\n' });
  writeFiles(folder, { 'k8s/shop.yaml': configMap, 'k8s/base/shop.yaml': configMap, ...files });
  return await renderManifests({ process: runner, folder, manifests: 'k8s', path: process.env['PATH'] ?? '' }, never);
}

describe.skipIf(lacking !== undefined)(`a kustomization${lacking === undefined ? '' : ` (${lacking})`}`, { timeout: 60_000 }, () => {
  test.each<[string, (url: string) => Files]>([
    ['files of a ConfigMap', (url) => ({ 'k8s/kustomization.yaml': `configMapGenerator: [{ name: a, files: ['${url}'] }]\n` })],
    ['files with a key', (url) => ({ 'k8s/kustomization.yaml': `secretGenerator: [{ name: a, files: ['key=${url}'] }]\n` })],
    ['files in other letters', (url) => ({ 'k8s/kustomization.yaml': `ConfigMapGenerator: [{ Name: a, Files: ['${url}'] }]\n` })],
    ['envs', (url) => ({ 'k8s/kustomization.yaml': `configMapGenerator: [{ name: a, envs: ['${url}'] }]\n` })],
    ['a resource', (url) => ({ 'k8s/kustomization.yaml': `resources: ['${url}']\n` })],
    ['a patch', (url) => ({ 'k8s/kustomization.yaml': `resources: [shop.yaml]\npatches: [{ path: '${url}' }]\n` })],
    [
      'a base of a base',
      (url) => ({ 'k8s/kustomization.yaml': 'resources: [base]\n', 'k8s/base/kustomization.yaml': `resources: ['${url}']\n` }),
    ],
    ['a component', (url) => ({ 'k8s/kustomization.yaml': `components: ['${url}']\n` })],
    ['an alias', (url) => ({ 'k8s/kustomization.yaml': `commonAnnotations: { at: &at '${url}' }\nresources: [*at]\n` })],
    ['a file of a generator', (url) => ({ 'k8s/kustomization.yaml': 'generators: [make.yaml]\n', 'k8s/make.yaml': generator(`'${url}'`) })],
    [
      'a generator written into it',
      (url) => ({ 'k8s/kustomization.yaml': `generators:\n- |-\n  ${generator(`'${url}'`).trim().replaceAll('\n', '\n  ')}\n` }),
    ],
  ])('that names an address in %s is refused before anybody is asked', async (_name, files) => {
    asked.length = 0;
    const refusal = render(files(address));
    await expect(refusal).rejects.toThrow(DeployRefused);
    await expect(refusal).rejects.toThrow(/names ".*\/secret", which is not part of the release/);
    expect(asked).toEqual([]);
  });

  test.each([
    'https://github.com/ada/shop//k8s?ref=main',
    'github.com/ada/shop',
    'gh:ada/shop',
    'git@github.com:ada/shop.git',
    'git@example.org/ada/shop',
    'ssh://git@example.org/ada/shop',
    'git::https://example.org/ada/shop',
    'file:///srv/shop',
    'base?ref=main',
  ])('does not build on %s', async (remote) => {
    await expect(render({ 'k8s/kustomization.yaml': `resources: ['${remote}']\n` })).rejects.toThrow(/not part of the release/);
  });

  test('is refused where it leads out of the release, takes a folder for a program, or cannot be read as kustomize would read it', async () => {
    const made = async (text: string): Promise<string> => await render({ 'k8s/kustomization.yaml': text });
    await expect(made('resources: [../../elsewhere]\n')).rejects.toThrow(/leads out of the release: "..\/..\/elsewhere"/);
    await expect(made('transformers: [base]\n')).rejects.toThrow(/only files of transformers and generators are taken/);
    await expect(made(`resources: [!!binary ${Buffer.from(address).toString('base64')}]\n`)).rejects.toThrow(/holds a tag of YAML/);
    await expect(made('resources: [')).rejects.toThrow(/cannot be read/);
  });

  test('may hold addresses as values of objects', async () => {
    const text = await render({
      'k8s/kustomization.yaml': `
resources: [shop.yaml]
configMapGenerator: [{ name: settings, literals: ['API=https://api.example.org/?a=1'], files: [key=notes.txt] }]
commonAnnotations: { source: 'https://github.com/ada/shop' }
images: [{ name: shop, newName: 'registry.example.org:5000/ada/shop' }]
patchesStrategicMerge: [patch.yaml]
`,
      'k8s/patch.yaml': `${configMap}data: { from: 'https://example.org' }\n`,
      'k8s/notes.txt': 'see https://example.org\n',
    });
    expect(text).toMatch(/API: https:\/\/api\.example\.org\/\?a=1/);
    expect(text).toMatch(/from: https:\/\/example\.org/);
  });
});
