import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { s3Server } from '../../../../test/support/s3-server.ts';
import type { S3Fault, S3Server } from '../../../../test/support/s3-server.ts';
import type { TemporaryFolder } from '../../../../test/support/temporary.ts';
import { temporaryFolder } from '../../../../test/support/temporary.ts';
import type { Failure } from '../../../domain/failure.ts';
import { s3Artifacts } from './s3-artifacts.ts';
import type { S3ArtifactsOptions } from './s3-artifacts.ts';

const day = 24 * 60 * 60 * 1000;
let server: S3Server;
let folder: TemporaryFolder;
let machines = 0;

beforeAll(async () => {
  server = await s3Server();
  folder = await temporaryFolder('machines-');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** The store as a machine of its own sees it. */
function machine(own: Partial<S3ArtifactsOptions> = {}) {
  const { endpoint, bucket, credentials } = server;
  const spool = join(folder.path, String((machines += 1)));
  const artifacts = s3Artifacts({
    endpoint,
    bucket,
    credentials,
    region: 'us-east-1',
    prefix: 'team/',
    folder: spool,
    clock: Date,
    waitsMs: [1, 1, 1],
    ...own,
  });
  return { artifacts, left: () => readdirSync(join(spool, 'incoming')) };
}

function s3Error(status: number, code: string, message = '', headers: Readonly<Record<string, string>> = {}): S3Fault {
  return { status, headers, body: `<?xml version="1.0"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>` };
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  return (await work.then(
    () => undefined,
    (error: unknown) => error,
  )) as Failure;
}

describe('artifacts in a bucket', () => {
  it('are read, kept longer and collected by machines that share nothing else', async () => {
    const [one, other] = [machine(), machine()];
    const stored = await one.artifacts.put('from one machine', { ttlMs: day });
    expect(Buffer.from((await other.artifacts.read(stored.reference)) ?? '').toString()).toBe('from one machine');
    expect(await other.artifacts.extend(stored.reference, 3 * day)).toMatchObject({ bytes: 16 });
    const later = machine({ clock: { now: () => Date.now() + 2 * day } });
    expect(await later.artifacts.collect()).toEqual({ removed: 0, bytes: 0 });
    const muchLater = machine({ clock: { now: () => Date.now() + 4 * day } });
    expect(await muchLater.artifacts.collect()).toEqual({ removed: 1, bytes: 16 });
    expect(await one.artifacts.read(stored.reference)).toBeUndefined();
    expect(one.left()).toEqual([]);
  });

  it('are known to be damaged when they are, and are mended by storing them again', async () => {
    const { artifacts } = machine();
    const { reference } = await artifacts.put('as it was');
    const objects = join(server.folder, 'team', 'objects');
    const name = readdirSync(objects).find((file) => file.startsWith(reference.slice(7)) && file.endsWith('_object')) ?? '';
    expect(readFileSync(join(objects, name), 'utf8')).toBe('as it was');
    writeFileSync(join(objects, name), 'as it is!');
    expect(await failureOf(artifacts.read(reference))).toMatchObject({ name: 'Failure', reason: 'failed' });
    await artifacts.put('as it was');
    expect(Buffer.from((await artifacts.read(reference)) ?? '').toString()).toBe('as it was');
  });

  it('come whole over a connection that breaks off, from where it broke off', async () => {
    const content = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) & 255));
    let halves = 0;
    await using flaky = await server.through((request) =>
      /^GET .*\/objects\/[0-9a-f]{64}\./.test(request) && halves++ < 2 ? 'half-answer' : undefined,
    );
    const { artifacts } = machine({ endpoint: flaky.endpoint });
    const { reference } = await artifacts.put(content);
    expect(Buffer.compare((await artifacts.read(reference)) ?? Buffer.alloc(0), content)).toBe(0);
    expect(halves).toBe(3);
  });

  it('are stored by a server that is overloaded or goes away for a moment, and given up after a while', async () => {
    const faults: (S3Fault | undefined)[] = [
      'drop',
      s3Error(503, 'SlowDown'),
      s3Error(500, 'InternalError'),
      undefined,
      'drop',
      s3Error(400, 'BadDigest'),
    ];
    let done = 0;
    await using flaky = await server.through(() => faults[done++]);
    const { artifacts, left } = machine({ endpoint: flaky.endpoint });
    await artifacts.put('patience');
    expect(done).toBeGreaterThan(faults.length);
    done = 0;
    faults.splice(0, faults.length, ...Array.from({ length: 100 }, () => 'drop' as const));
    expect(await failureOf(artifacts.put('none'))).toMatchObject({
      reason: 'configuration',
      text: { what: expect.stringContaining('cannot be reached') },
    });
    expect(done).toBe(4);
    expect(left()).toEqual([]);
  });
});

describe('a store that cannot be used says what to do:', () => {
  it('no such bucket', async () => {
    const { artifacts } = machine({ bucket: 'other' });
    const works = [() => artifacts.put('a'), () => artifacts.read(`sha256:${'0'.repeat(64)}`), () => artifacts.collect()];
    for (const work of works) {
      expect(await failureOf(work())).toMatchObject({ name: 'Failure', reason: 'configuration', facts: { code: 'NoSuchBucket' } });
    }
  });

  it('no right to use it, without the key that was tried', async () => {
    const secretAccessKey = 'a-secret-that-is-wrong';
    await using strict = await server.through(() => undefined);
    const { artifacts } = machine({ endpoint: strict.endpoint, credentials: { accessKeyId: 'S3RVER', secretAccessKey } });
    const failure = await failureOf(artifacts.put('a'));
    expect(failure).toMatchObject({ reason: 'configuration', text: { fix: expect.stringContaining('AWS_SECRET_ACCESS_KEY') } });
    expect(JSON.stringify([failure.message, failure.facts, failure])).not.toContain(secretAccessKey);
  });

  it('nobody there', async () => {
    const gone = await server.through(() => undefined);
    await gone[Symbol.asyncDispose]();
    expect(await failureOf(machine({ endpoint: gone.endpoint }).artifacts.put('a'))).toMatchObject({
      reason: 'configuration',
      text: { what: `The artifact store ${gone.endpoint} cannot be reached.`, why: expect.stringContaining('ECONNREFUSED') },
    });
  });

  it.each([
    [
      'a clock that is wrong',
      s3Error(403, 'RequestTimeTooSkewed', '', { date: new Date(Date.now() - 3_600_000).toUTCString() }),
      /clock of this machine is wrong. It is 36\d\d s ahead/,
    ],
    ['another region', s3Error(301, 'PermanentRedirect', '', { 'x-amz-bucket-region': 'eu-central-1' }), /artifacts.region.*eu-central-1/],
    ['no room', s3Error(507, 'XMinioStorageFull', 'Storage backend has reached its minimum free drive threshold.'), /no room left/],
    ['rules of its own', s3Error(400, 'InvalidRequest', 'Something \u001b[31mred'), /400 InvalidRequest Something red\./],
    ['an answer that is none', { status: 418, body: '<html>I am a teapot' }, /It answered 418\./],
  ] as const)('%s', async (_, fault, expected) => {
    await using wrong = await server.through(() => fault);
    const failure = await failureOf(machine({ endpoint: wrong.endpoint }).artifacts.put('a'));
    expect(failure).toMatchObject({ name: 'Failure', reason: 'configuration' });
    expect(failure.message).toMatch(expected);
  });
});
