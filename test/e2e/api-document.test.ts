import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openApp } from '../../src/app.ts';
import type { DocumentedOperation, DocumentedParameter, JsonSchema } from '../../src/domain/api/document.ts';
import type { CommitId } from '../../src/domain/ids.ts';
import { openApiDocument } from '../../src/domain/api/document.ts';
import { apiOperations } from '../../src/domain/api/operations.ts';
import { problemSchema } from '../../src/domain/api/problem.ts';
import { allRoutes } from '../../src/server/api/routes.ts';
import type { OperationTools } from '../../src/operations/tools.ts';
import { divided } from '../support/campaign.ts';
import { apiStand } from '../support/api-stand.ts';
import type { ApiAnswered, ApiStand } from '../support/api-stand.ts';
import { besideSchema, fromSchema } from '../support/from-schema.ts';
import { makeProject, miyabi, untestedProject } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

const document = openApiDocument(apiOperations);
const schemas = document.components['schemas'] as Readonly<Record<string, JsonSchema>>;
/** Requests in all. */
const most = 2_000;
const many = [{ cases: 200 }, { cases: most }];

interface Described {
  readonly method: string;
  readonly path: string;
  readonly operation: DocumentedOperation;
}

/** These start programs: they are asked a few times. */
const slow: ReadonlySet<string> = new Set(['runDoctor']);

/** What only reads comes first, and what leaves nothing to be asked about last. */
const described: readonly Described[] = Object.entries(document.paths)
  .flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ method, path, operation })))
  .toSorted((one, other) => rank(one) - rank(other));

function rank({ method, operation }: Described): number {
  if (method === 'get') return 0;
  return operation.operationId === 'cancelRun' ? 2 : 1;
}

it('is OpenAPI 3.1, and describes what is served and nothing else', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone(document) as unknown as Record<string, unknown>);
  expect(valid, JSON.stringify(errors)).toBe(true);
  const served = allRoutes({} as OperationTools, () => undefined).map(({ operation }) => operation.id);
  expect(served.toSorted()).toEqual(described.map(({ operation }) => operation.operationId).toSorted());
  expect(new Set(served).size).toBe(served.length);
});

for (const { cases, tags } of divided(many, 2))
  it(
    `holds for whatever is sent (${cases} requests): nothing breaks, what succeeds is as it says, and what is refused says why`,
    { tags, timeout: 120_000 },
    async () => {
      await using place = await withRuns();
      const { api } = place;
      const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: false });
      const each = Math.ceil(cases / (described.length - slow.size));
      const succeeded = new Set<string>();
      let asked = 0;
      for (const { method, path, operation } of described) {
        if (isStream(operation)) continue;
        const isRight = ajv.compile({ ...answerOf(operation), components: { schemas } });
        for (const request of fc.sample(requestOf({ method, path, operation }, place.known), {
          numRuns: slow.has(operation.operationId) ? 5 : each,
          seed: 1,
        })) {
          const answer = await send(api, method, request);
          const told = `${method} ${path} ${JSON.stringify(request)}: ${answer.status} ${JSON.stringify(answer.body)}`;
          asked += 1;
          expect(answer.status, told).toBeLessThan(500);
          expect(faultOf(answer, isRight), told).toBeUndefined();
          if (answer.status < 400) succeeded.add(operation.operationId);
        }
      }
      expect(asked).toBeGreaterThanOrEqual(cases - each);
      // Fewer do not reach the good answers of all.
      if (cases < most) return;
      const reads = described
        .filter(({ method, operation }) => method === 'get' && !isStream(operation))
        .map(({ operation }) => operation.operationId);
      expect(reads.filter((id) => !succeeded.has(id))).toEqual([]);
      expect([...succeeded]).toEqual(expect.arrayContaining(['answerEscalation', 'pauseRun', 'resumeRun', 'cancelRun', 'startRun']));
    },
  );

/** What is wrong with an answer, by the document. */
function faultOf({ status, headers, body }: ApiAnswered, isRight: ValidateFunction): unknown {
  if (status < 400) return isRight(body) ? undefined : isRight.errors;
  if (headers.get('content-type') !== 'application/problem+json') return headers.get('content-type');
  return problemSchema.safeParse(body).error;
}

/** An app with a run that is done and one whose plan waits for an answer, and nobody who carries them. */
async function withRuns() {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder());
  const project = await makeProject(join(folder.path, 'project'), untestedProject);
  const state = join(folder.path, 'state');
  const run = async (issue: string, ...more: readonly string[]) =>
    await miyabi(['run', issue, '--agent', 'command:echo note > note.txt', '--worlds', '1', ...more], { cwd: project, state });
  const waiting = 'Rewrite the architecture: add() is wrong for distributed migration';
  const ends = await Promise.all([run('Add a note', '--yes'), run(waiting)]);
  expect(ends.map(({ code }) => code)).toEqual([0, 4]);
  const environment = { PATH: process.env['PATH'], HOME: folder.path, XDG_CONFIG_HOME: state };
  const app = opening.use(await openApp({ environment, version: '0.0.0', flags: {}, stateRoot: state }));
  const api = opening.use(await apiStand(app.tools));
  const list = async (path: string, name: string) =>
    ((await api.ask(path)).body['items'] as readonly Record<string, unknown>[]).map((item) => String(item[name]));
  const { id: repositoryId } = await app.tools.ledger.repository(project);
  const [, last] = await app.tools.engine.jobs({ limit: 2 });
  const { deployments } = app.tools.ledger;
  const release = await deployments.release(repositoryId, 'c'.repeat(40) as CommitId, 'recipe', 1);
  await deployments.open({ repositoryId, environment: 'production', release: release.number, jobId: last!.id, key: 'one', at: 1 });
  const [runs, completed] = [await list('/runs', 'run'), await list('/runs?state=completed', 'run')];
  const known: Readonly<Record<string, readonly string[]>> = {
    deployment: await list('/deployments', 'id'),
    release: ['r1'],
    run: ['last', ...runs],
    // What is done has most that can be asked about.
    'get run': ['last', ...runs, ...Array.from({ length: 5 }, () => completed).flat()],
    escalation: await list('/escalations', 'id'),
    task: await list('/runs/last/tasks', 'id'),
    entry: await list('/knowledge', 'id'),
    'query task': ['task-1'],
    'query state': ['running', 'waiting,completed'],
    'query path': ['note.txt'],
    'query b': ['alpha'],
    name: ['nobody'],
    log: ['task-1.alpha'],
    world: ['alpha'],
    other: ['alpha'],
    repository: [project],
  };
  const open = opening.move();
  return { api, known, [Symbol.asyncDispose]: async () => await open.disposeAsync() };
}

interface Request {
  readonly path: string;
  readonly body: unknown;
  readonly key: string | undefined;
}

/** Half of it made by the schemas, with ids that there are; the other half beside them. */
function requestOf(
  { method, path, operation: { parameters, requestBody } }: Described,
  known: Readonly<Record<string, readonly string[]>>,
): fc.Arbitrary<Request> {
  const own = parameters.filter((parameter): parameter is DocumentedParameter => !('$ref' in parameter));
  const valueOf = ({ name, in: where, schema }: DocumentedParameter): fc.Arbitrary<unknown> => {
    const there = known[`${method} ${name}`] ?? known[`${where} ${name}`] ?? known[name];
    return fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...(there ?? [''])) },
      { weight: there === undefined ? 20 : 1, arbitrary: fromSchema(schema, schemas) },
      { weight: 1, arbitrary: besideSchema(schema, schemas) },
    );
  };
  const parts = fc.record(Object.fromEntries(own.map((parameter) => [parameter.name, valueOf(parameter)])), {
    requiredKeys: own.filter(({ required }) => required).map(({ name }) => name),
  });
  const schema = requestBody?.content['application/json']?.schema;
  const body =
    schema === undefined
      ? fc.constant(undefined)
      : fc.oneof(
          fromSchema(schema, schemas).map((value) => withKnown(value, known)),
          besideSchema(schema, schemas),
          fc.string(),
        );
  return fc.record({ parts, body, key: fc.option(fc.uuid(), { freq: 1, nil: undefined }) }).map(({ parts: values, body: sent, key }) => {
    const text = (name: string): string => {
      const value = (values as Readonly<Record<string, unknown>>)[name];
      return encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value ?? '')).toWellFormed()) || '%20';
    };
    const query = own
      .filter((parameter) => parameter.in === 'query' && parameter.name in (values as object))
      .map(({ name }) => `${name}=${text(name)}`);
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => text(name).replaceAll(/^\.+$/g, '%20'));
    return { path: `${filled}${query.length === 0 ? '' : `?${query.join('&')}`}`, body: sent, key };
  });
}

function withKnown(value: unknown, known: Readonly<Record<string, readonly string[]>>): unknown {
  if (typeof value !== 'object' || value === null || !('repository' in value)) return value;
  return { ...value, repository: known['repository']?.[0] };
}

async function send(api: ApiStand, method: string, { path, body, key }: Request): Promise<ApiAnswered> {
  const headers = key === undefined ? {} : { 'idempotency-key': key };
  return await api.ask(path, { method: method.toUpperCase(), headers, token: api.tokens.admin, ...(body === undefined ? {} : { body }) });
}

function isStream({ responses }: DocumentedOperation): boolean {
  const success = responses['200'];
  return success !== undefined && 'content' in success && 'text/event-stream' in success.content;
}

function answerOf({ responses }: DocumentedOperation): JsonSchema {
  const [success] = Object.entries(responses).flatMap(([status, response]) =>
    status.startsWith('2') && 'content' in response ? [response] : [],
  );
  return success?.content['application/json']?.schema ?? {};
}
