import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { qdrantVectors } from './qdrant.ts';

interface Seen {
  readonly asked: string;
  readonly key: unknown;
  readonly body: unknown;
}

/** A server that answers as it is told, in turn; 404 afterwards. */
async function scripted(answers: readonly (readonly [number, unknown])[]) {
  const seen: Seen[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({
        asked: `${request.method} ${request.url}`,
        key: request.headers['api-key'],
        body: body === '' ? undefined : JSON.parse(body),
      });
      const [status, answer] = left.shift() ?? [404, { status: { error: 'Not found' } }];
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    seen,
    vectors: qdrantVectors({ url, key: 'k', timeoutMs: 5_000 }),
    [Symbol.dispose]: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const done = [200, { result: true, status: 'ok' }] as const;

it('makes a collection of the model, and tells how far it has come after all else', async () => {
  using server = await scripted([[404, {}], [404, {}], done, done, done, done]);
  const { vectors, seen } = server;
  expect(await vectors.position('a/one')).toEqual({ records: '', revision: 0 });
  const position = { records: 'here', revision: 7 };
  await vectors.put(
    'a/one',
    [
      { id: 'note:1', repositoryId: 'r', vector: [1, 2] },
      { id: 'note:2', repositoryId: undefined, vector: undefined },
    ],
    position,
  );
  expect(seen.map(({ asked }) => asked.replace(/miyabi-[0-9a-f]{16}/, 'it'))).toEqual([
    'GET /collections/it/points/00000000-0000-0000-0000-000000000000',
    'GET /collections/it',
    'PUT /collections/it',
    'POST /collections/it/points/delete?wait=true',
    'PUT /collections/it/points?wait=true',
    'PUT /collections/it/points?wait=true',
  ]);
  expect(seen[2]).toMatchObject({ key: 'k', body: { vectors: { size: 2, distance: 'Cosine' } } });
  expect(seen[4]?.body).toMatchObject({ points: [{ vector: [1, 2], payload: { id: 'note:1', repository: 'r' } }] });
  expect(seen[5]?.body).toMatchObject({ points: [{ payload: position }] });
});

it('asks for the nearest of one repository, and leaves out what is no entry', async () => {
  const points = [{ id: 'x', score: 0.9, payload: { id: 'note:1', repository: 'r' } }];
  using server = await scripted([[200, { result: { points } }]]);
  expect(await server.vectors.nearest('a/one', [1, 0], 5, 'r')).toEqual(['note:1']);
  expect(server.seen[0]?.body).toMatchObject({
    query: [1, 0],
    limit: 5,
    filter: { must: [{ key: 'repository', match: { value: 'r' } }], must_not: [{ has_id: [expect.any(String)] }] },
  });
  expect(await server.vectors.nearest('a/one', [1, 0], 5, undefined)).toEqual([]);
  await server.vectors.clear('a/one');
});

it('says what a server has refused', async () => {
  using server = await scripted([[403, { status: { error: 'Invalid api-key' } }]]);
  await expect(server.vectors.position('a/one')).rejects.toThrow(/Qdrant at .* refused a request\. GET .*: 403 .*Invalid api-key/);
});
