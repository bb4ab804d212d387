import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Failure } from '../../../domain/failure.ts';
import type { Vectors } from './vectors.ts';

export interface QdrantSettings {
  /** Such as `http://127.0.0.1:6333`. */
  readonly url: string;
  readonly key: string | undefined;
  /** How long one answer may take, in ms. */
  readonly timeoutMs: number;
}

/** A point of no entry, in which it stands how far the others have come. */
const positionId = '00000000-0000-0000-0000-000000000000';

const positionSchema = z.object({ result: z.object({ payload: z.object({ records: z.string(), revision: z.number() }) }) });
const foundSchema = z.object({ result: z.object({ points: z.array(z.object({ payload: z.object({ id: z.string() }) })) }) });

/**
 * Vectors in a Qdrant that several machines share, a collection for each model, by its REST interface (1.10 and later). Written from its
 * documentation and tested against scripted answers: it has never been run against a server.
 */
export function qdrantVectors(settings: QdrantSettings): Vectors {
  const ask = async (method: string, path: string, body?: unknown): Promise<unknown> => await request(settings, method, path, body);
  return {
    position: async (model) => {
      const found = await ask('GET', `/collections/${collectionOf(model)}/points/${positionId}`);
      return found === undefined ? { records: '', revision: 0 } : positionSchema.parse(found).result.payload;
    },
    put: async (model, vectors, position) => {
      const path = `/collections/${collectionOf(model)}`;
      const there = vectors.flatMap(({ id, repositoryId, vector }) =>
        vector === undefined ? [] : [{ id: pointOf(id), vector, payload: { id, repository: repositoryId ?? '' } }],
      );
      const dimensions = there[0]?.vector.length;
      const known = await ask('GET', path);
      if (known === undefined && dimensions === undefined) return;
      if (known === undefined) await ask('PUT', path, { vectors: { size: dimensions, distance: 'Cosine' } });
      const gone = vectors.flatMap(({ id, vector }) => (vector === undefined ? [pointOf(id)] : []));
      if (gone.length > 0) await ask('POST', `${path}/points/delete?wait=true`, { points: gone });
      if (there.length > 0) await ask('PUT', `${path}/points?wait=true`, { points: there });
      // Last: whoever is cut off before that begins again.
      const mark = { id: positionId, vector: markOf(sizeOf(known) ?? dimensions ?? 1), payload: position };
      await ask('PUT', `${path}/points?wait=true`, { points: [mark] });
    },
    nearest: async (model, vector, most, only) => {
      const found = await ask('POST', `/collections/${collectionOf(model)}/points/query`, {
        query: vector,
        limit: most,
        with_payload: true,
        filter: {
          must_not: [{ has_id: [positionId] }],
          ...(only === undefined ? {} : { must: [{ key: 'repository', match: { value: only } }] }),
        },
      });
      return found === undefined ? [] : foundSchema.parse(found).result.points.map(({ payload }) => payload.id);
    },
    clear: async (model) => void (await ask('DELETE', `/collections/${collectionOf(model)}`)),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

const sizeSchema = z.object({
  result: z.object({ config: z.object({ params: z.object({ vectors: z.object({ size: z.int().positive() }) }) }) }),
});

function sizeOf(collection: unknown): number | undefined {
  const read = sizeSchema.safeParse(collection);
  return read.success ? read.data.result.config.params.vectors.size : undefined;
}

function markOf(dimensions: number): readonly number[] {
  return Array.from({ length: dimensions }, (_, index) => (index === 0 ? 1 : 0));
}

/** @returns undefined where there is nothing. @throws Failure (configuration) for whatever else is no success. */
async function request({ url, key, timeoutMs }: QdrantSettings, method: string, path: string, body: unknown): Promise<unknown> {
  const response = await fetch(`${url.replace(/\/+$/, '')}${path}`, {
    method,
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'api-key': key }) },
    signal: AbortSignal.timeout(timeoutMs),
    redirect: 'error',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said = await response.text();
  if (response.status === 404) return undefined;
  if (response.ok) return JSON.parse(said) as unknown;
  throw new Failure('configuration', {
    what: `Qdrant at ${url} refused a request.`,
    why: `${method} ${path.split('?', 1)[0]}: ${response.status} ${said.slice(0, 300)}`,
    fix: 'Look at `knowledge.qdrant` in your configuration, and at the server.',
  });
}

function collectionOf(model: string): string {
  return `miyabi-${createHash('sha256').update(model).digest('hex').slice(0, 16)}`;
}

/** Qdrant takes numbers and UUIDs for ids. */
function pointOf(id: string): string {
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
