import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** A file as it is sent. */
export interface Packed {
  readonly bytes: Buffer;
  /** As `content-encoding` says it; undefined: as it lies there. */
  readonly coding: 'br' | 'gzip' | undefined;
}

const isText = /\.(?:css|html|js|json|svg)$/;
/** Less is not worth it: a packet holds more. */
const leastBytes = 1_400;

const pack = {
  br: async (bytes: Buffer) => await promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: async (bytes: Buffer) => await promisify(gzip)(bytes, { level: 9 }),
} as const;

/**
 * Sends files of a package, which do not change, as small as the one who asks can read them. Each is packed once, when it is first asked for.
 * @param read a file by its name.
 */
export function packer(read: (name: string) => Promise<Buffer>): (name: string, accepted: string) => Promise<Packed> {
  const kept = new Map<string, Promise<Packed>>();
  return async (name, accepted) => {
    const coding = codingOf(accepted);
    const key = `${coding ?? ''} ${name}`;
    const known = kept.get(key) ?? make(name, coding);
    kept.set(key, known);
    return await known.catch((error: unknown) => {
      kept.delete(key);
      throw error;
    });
  };

  async function make(name: string, coding: Packed['coding']): Promise<Packed> {
    const bytes = await read(name);
    if (coding === undefined || !isText.test(name) || bytes.length < leastBytes) return { bytes, coding: undefined };
    return { bytes: await pack[coding](bytes), coding };
  }
}

function codingOf(accepted: string): Packed['coding'] {
  const names = accepted.split(',').filter((each) => !/;\s*q=0(?:\.0*)?\s*$/.test(each));
  const takes = (name: string): boolean => names.some((each) => each.split(';', 1)[0]?.trim() === name);
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : undefined;
}
