import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createCluster } from './cluster.ts';
import type { Cluster, Patch, Selector } from './cluster.ts';
import { Refusal, isResource, resources } from './objects.ts';
import type { Fields, KubeObject, PodTemplate } from './objects.ts';

export interface KubernetesStand extends AsyncDisposable {
  /** The file by which kubectl finds it, in the context `test` and in no other. */
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly cluster: Cluster;
  /** Of all requests: `PATCH /apis/apps/v1/...`. */
  readonly asked: readonly string[];
}

/**
 * As much of the API of Kubernetes as kubectl needs to apply, annotate, follow, undo, list and delete, over HTTP at 127.0.0.1; there is no cluster behind
 * it but a few objects in memory, and controllers that are done at once. kubectl sends credentials over TLS alone, so none are asked for.
 *
 * @param folder for the file that kubectl goes by.
 */
export async function kubernetesStand(folder: string, namespace = 'shop'): Promise<KubernetesStand> {
  const cluster = createCluster(namespace);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(cluster, namespace, request, response).catch((error: unknown) => {
      const { code, reason, message } = error instanceof Refusal ? error : { code: 500, reason: 'InternalError', message: String(error) };
      say(response, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code }, code);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const kubeconfig = join(folder, 'kubeconfig');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server: url } }],
    users: [{ name: 'ada', user: {} }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'ada' } }],
    'current-context': 'nowhere',
  };
  writeFileSync(kubeconfig, JSON.stringify(config), { mode: 0o600 });
  return {
    kubeconfig,
    namespace,
    cluster,
    asked,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const patches: Readonly<Record<string, Patch>> = {
  'application/apply-patch+yaml': 'apply',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'merge',
  'application/json-patch+json': 'json',
};

async function answer(cluster: Cluster, namespace: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
  const known = discovery(pathname);
  if (known !== undefined) return say(response, known);
  // The empty description of an API (`swagger: "2.0"`), as protobuf: kubectl then leaves validation to the server.
  if (pathname === '/openapi/v2') {
    response.setHeader('content-type', 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    return void response.end(Buffer.from([0x0a, 0x03, 0x32, 0x2e, 0x30]));
  }
  const [, its, resource = '', name = '', more = ''] = /\/namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
  if (its !== namespace || !isResource(resource)) throw new Refusal(404, 'NotFound', 'the server could not find the requested resource');
  const body = await bodyOf(request);
  if (request.method === 'POST') return say(response, cluster.create(resource, JSON.parse(body) as Fields), 201);
  if (request.method === 'PATCH') {
    const kind = patches[request.headers['content-type'] ?? ''];
    if (kind === undefined) throw new Refusal(415, 'UnsupportedMediaType', 'unknown kind of patch');
    return say(response, cluster.patch(resource, name, kind, JSON.parse(body)));
  }
  if (request.method === 'DELETE') {
    cluster.remove(resource, name);
    return say(response, { kind: 'Status', apiVersion: 'v1', status: 'Success' });
  }
  if (more === 'log') return void response.setHeader('content-type', 'text/plain').end(logOf(cluster.get('pods', name)));
  if (name !== '') return say(response, cluster.get(resource, name));
  const { apiVersion, kind } = resources[resource];
  if (searchParams.get('watch') !== null && searchParams.get('watch') !== 'false')
    // Nothing happens any more: the controllers were done before the answer to the change.
    return response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
  const [, field] = /^metadata\.name=(.+)$/.exec(searchParams.get('fieldSelector') ?? '') ?? [];
  const items = cluster
    .list(resource, selectorOf(searchParams.get('labelSelector') ?? ''))
    .filter(({ metadata }) => field === undefined || metadata.name === field);
  return say(response, { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items });
}

function discovery(path: string): unknown {
  const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'];
  const groups = [...new Set(Object.values(resources).map(({ apiVersion }) => apiVersion))].filter((version) => version !== 'v1');
  if (path === '/version') return { major: '1', minor: '32', gitVersion: 'v1.32.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  if (path === '/apis') {
    const told = groups.map((groupVersion) => ({ groupVersion, version: 'v1' }));
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: told.map((one) => ({ name: one.groupVersion.split('/')[0], versions: [one], preferredVersion: one })),
    };
  }
  const groupVersion = path === '/api/v1' ? 'v1' : path.replace('/apis/', '');
  const ofGroup = Object.entries(resources).filter(([, { apiVersion }]) => apiVersion === groupVersion);
  if (ofGroup.length === 0) return undefined;
  const told = ofGroup.map(([name, { kind }]) => ({ name, singularName: kind.toLowerCase(), namespaced: true, kind, verbs }));
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: told };
}

function logOf({ spec }: KubeObject): string {
  const { containers } = spec as unknown as PodTemplate['spec'];
  return `ran ${containers[0]?.command?.join(' ') ?? ''}\n`;
}

function selectorOf(text: string): Selector {
  return Object.fromEntries(
    text
      .split(',')
      .filter((part) => part !== '')
      .map((part) => part.split('=') as [string, string]),
  );
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

function say(response: ServerResponse, value: unknown, code = 200): void {
  response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
