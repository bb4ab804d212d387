/** What the first bytes of a connection say about whom they are meant for. */
export type FirstWords =
  /** More bytes are needed to tell. */
  | { readonly kind: 'unfinished' }
  /** Not TLS. */
  | { readonly kind: 'other' }
  /** TLS, for a server of this name; without one for whatever stands there first. */
  | { readonly kind: 'tls'; readonly serverName: string | undefined }
  /** It begins like TLS and is not. */
  | { readonly kind: 'malformed' };

const unfinished: FirstWords = { kind: 'unfinished' };
const malformed: FirstWords = { kind: 'malformed' };
const handshakeRecord = 22;
const majorVersion = 3;
const clientHello = 1;
const headerBytes = 4;
const serverNameExtension = 0;
/** Real greetings have 300 to 2,000 bytes, in one record or two. */
const longestHello = 16_384;
const mostRecords = 16;

/**
 * Reads the name in the greeting of a TLS client (RFC 8446, section 4.1.2; RFC 6066, section 3), also where it is spread over many
 * records.
 *
 * @param bytes everything the client has said so far.
 */
export function readFirstWords(bytes: Buffer): FirstWords {
  if (bytes.length < 2) return bytes.length === 0 || bytes[0] === handshakeRecord ? unfinished : { kind: 'other' };
  if (bytes[0] !== handshakeRecord || bytes[1] !== majorVersion) return { kind: 'other' };
  const handshake = joinRecords(bytes);
  if (handshake === undefined || (handshake.length > 0 && handshake[0] !== clientHello)) return malformed;
  const end = endOfMessage(handshake);
  if (end > longestHello) return malformed;
  if (handshake.length < end) return unfinished;
  try {
    return { kind: 'tls', serverName: serverNameOf(handshake.subarray(headerBytes, end)) };
  } catch (error) {
    if (error instanceof RangeError) return malformed;
    throw error;
  }
}

/** Content of the first records up to the end of the first message. @returns undefined when something else stands between them. */
function joinRecords(bytes: Buffer): Buffer | undefined {
  let joined = Buffer.alloc(0);
  let records = 0;
  for (let at = 0; at < bytes.length && joined.length < endOfMessage(joined); records += 1) {
    if (bytes[at] !== handshakeRecord || (bytes[at + 1] ?? majorVersion) !== majorVersion || records === mostRecords) return undefined;
    if (at + 5 > bytes.length) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > 16_384) return undefined;
    joined = Buffer.concat([joined, bytes.subarray(at + 5, at + 5 + length)]);
    at += 5 + length;
  }
  return joined;
}

/** How long the message is with its header, as far as it says so yet. */
function endOfMessage(handshake: Buffer): number {
  return handshake.length < headerBytes ? headerBytes : headerBytes + handshake.readUIntBE(1, 3);
}

/** @throws RangeError when a length leads out of what is there. */
function serverNameOf(hello: Buffer): string | undefined {
  const reader = readerOf(hello);
  reader.take(2 + 32);
  reader.take(reader.number(1));
  reader.take(reader.number(2));
  reader.take(reader.number(1));
  if (reader.isAtEnd()) return undefined;
  const extensions = readerOf(reader.take(reader.number(2)));
  const names: string[] = [];
  while (!extensions.isAtEnd()) {
    const type = extensions.number(2);
    const content = extensions.take(extensions.number(2));
    if (type === serverNameExtension) names.push(...namesOf(content));
  }
  // Two names could be read by two readers, one each.
  if (names.length > 1) throw new RangeError('more than one server name');
  return names[0];
}

function namesOf(extension: Buffer): string[] {
  const reader = readerOf(extension);
  const list = readerOf(reader.take(reader.number(2)));
  const names: string[] = [];
  while (!list.isAtEnd()) {
    const type = list.number(1);
    const name = list.take(list.number(2)).toString('latin1');
    if (type === 0) names.push(name);
  }
  return names;
}

interface Reader {
  number(bytes: number): number;
  take(bytes: number): Buffer;
  isAtEnd(): boolean;
}

function readerOf(buffer: Buffer): Reader {
  let at = 0;
  const take = (bytes: number): Buffer => {
    if (at + bytes > buffer.length) throw new RangeError('a length leads out of the message');
    at += bytes;
    return buffer.subarray(at - bytes, at);
  };
  return { take, number: (bytes) => take(bytes).readUIntBE(0, bytes), isAtEnd: () => at >= buffer.length };
}
