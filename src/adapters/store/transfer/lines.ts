const newLine = 0x0a;

/** Lines of a file as bytes, each with its end; of one that is longer than `most` bytes only its beginning. */
export async function* readLines(input: AsyncIterable<Uint8Array>, most: number): AsyncIterable<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let from = 0;
    for (let end = bytes.indexOf(newLine); end >= 0; end = bytes.indexOf(newLine, from)) {
      const rest = bytes.subarray(from, end + 1);
      yield parts.length === 0 ? rest : Buffer.concat([...parts, rest]);
      parts = [];
      length = 0;
      from = end + 1;
    }
    if (from === bytes.length) continue;
    parts.push(bytes.subarray(from));
    length += bytes.length - from;
    if (length > most) break;
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}
