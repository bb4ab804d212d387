import { constants, createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Failure } from '../../../domain/failure.ts';

/**
 * Writes a new file for its owner alone, whole or not at all; one whose name ends with `.gz` is packed.
 *
 * @throws Failure (configuration) when it is there already or cannot be written.
 */
export async function writeWhole(file: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await mustNotBeThere(file);
  const part = `${file}.part`;
  const handle = await open(part, 'w', 0o600).catch((error: unknown) => {
    throw cannot('written', file, error);
  });
  try {
    const write = async (chunks: AsyncIterable<Uint8Array>): Promise<void> => {
      for await (const chunk of chunks) await handle.appendFile(chunk);
    };
    if (isPacked(file)) await pipeline(Readable.from(content), createGzip(), write);
    else await write(content);
    await handle.sync();
    await handle.close();
    await rename(part, file);
  } catch (error) {
    await handle.close();
    await rm(part, { force: true });
    throw isOfTheSystem(error) ? cannot('written', file, error) : error;
  }
}

/** Its content, unpacked if need be. @throws Failure (configuration) when it cannot be read. */
export async function* readFrom(file: string): AsyncIterable<Uint8Array> {
  const source = createReadStream(file, { highWaterMark: 1 << 20 });
  try {
    if (!isPacked(file)) return yield* source as AsyncIterable<Uint8Array>;
    const unpacked = createGunzip();
    source.once('error', (error) => unpacked.destroy(error));
    yield* source.pipe(unpacked) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw isOfTheSystem(error) ? cannot('read', file, error) : error;
  } finally {
    source.destroy();
  }
}

function isPacked(file: string): boolean {
  return file.endsWith('.gz');
}

async function mustNotBeThere(file: string): Promise<void> {
  const handle = await open(file, constants.O_RDONLY).catch(() => undefined);
  if (handle === undefined) return;
  await handle.close();
  throw new Failure(
    'configuration',
    { what: `${file} is there already.`, why: 'An export never replaces a file.', fix: 'Choose another name, or remove it first.' },
    { facts: { file } },
  );
}

function isOfTheSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && 'errno' in error;
}

function cannot(be: 'read' | 'written', file: string, error: unknown): Failure {
  const fix =
    be === 'read' ? 'Name the file that `miyabi db export` has written.' : `Choose another name, or make room in ${dirname(file)}.`;
  return new Failure(
    'configuration',
    { what: `${file} cannot be ${be}.`, why: `The system says: ${error instanceof Error ? error.message : String(error)}.`, fix },
    { facts: { file }, cause: error },
  );
}
