/**
 * Keeps the beginning and the end of a stream in bounded memory: up to half of `keepBytes` from the front, the last
 * half in a ring. What lies between is counted and dropped.
 */
export interface KeptOutput {
  add(chunk: Uint8Array): void;
  /** Bytes that were seen and not kept. */
  dropped(): number;
  /** As UTF-8; where something was dropped a line between the two halves says how much. */
  text(): string;
}

export function keepOutput(keepBytes: number): KeptOutput {
  const tailCapacity = Math.floor(keepBytes / 2);
  const headCapacity = keepBytes - tailCapacity;
  let head = Buffer.alloc(0);
  let headLength = 0;
  let tail: Buffer | undefined;
  let tailSeen = 0;

  function addToHead(chunk: Uint8Array): Uint8Array {
    const part = chunk.subarray(0, headCapacity - headLength);
    if (headLength + part.length > head.length) {
      const grown = Buffer.allocUnsafe(Math.min(headCapacity, Math.max(4096, 2 * (headLength + part.length))));
      head.copy(grown, 0, 0, headLength);
      head = grown;
    }
    head.set(part, headLength);
    headLength += part.length;
    return chunk.subarray(part.length);
  }

  function addToTail(chunk: Uint8Array): void {
    tailSeen += chunk.length;
    if (tailCapacity === 0) return;
    tail ??= Buffer.allocUnsafe(tailCapacity);
    const part = chunk.subarray(Math.max(0, chunk.length - tailCapacity));
    const start = (tailSeen - part.length) % tailCapacity;
    const first = part.subarray(0, tailCapacity - start);
    tail.set(first, start);
    tail.set(part.subarray(first.length), 0);
  }

  function tailBytes(): Buffer {
    if (tail === undefined) return Buffer.alloc(0);
    if (tailSeen <= tailCapacity) return tail.subarray(0, tailSeen);
    const start = tailSeen % tailCapacity;
    return Buffer.concat([tail.subarray(start), tail.subarray(0, start)]);
  }

  const dropped = (): number => Math.max(0, tailSeen - tailCapacity);

  return {
    add(chunk) {
      const rest = headLength < headCapacity ? addToHead(chunk) : chunk;
      if (rest.length > 0) addToTail(rest);
    },
    dropped,
    text() {
      const front = head.subarray(0, headLength);
      if (dropped() === 0) return Buffer.concat([front, tailBytes()]).toString('utf8');
      return `${front.toString('utf8')}\n[${dropped()} bytes left out]\n${tailBytes().toString('utf8')}`;
    },
  };
}
