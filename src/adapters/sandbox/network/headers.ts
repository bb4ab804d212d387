import type { IncomingMessage } from 'node:http';

/** Names and values in turn, as they came: repetitions and spelling are kept. */
export type RawHeaders = readonly string[];

const hopByHop = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether a header concerns only the stretch between two neighbours, whatever else the message says (RFC 9110, section 7.6.1). */
export function isHopByHop(name: string): boolean {
  return hopByHop.has(name.toLowerCase());
}

/**
 * The headers that concern the two ends, and not only the stretch between a program and us: hop-by-hop ones (RFC 9110, section
 * 7.6.1) and those that the message itself names as such are left out.
 *
 * @param without further names, in lower case.
 */
export function endToEnd(message: IncomingMessage, without: ReadonlySet<string> = new Set()): string[] {
  const named = new Set((message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  // Nobody may have the length of a body taken away: it would be read as the beginning of the next message.
  named.delete('content-length');
  return pairs(message.rawHeaders)
    .filter(([name]) => !hopByHop.has(name.toLowerCase()) && !named.has(name.toLowerCase()) && !without.has(name.toLowerCase()))
    .flat();
}

/** How often a header was sent. Node's own parser keeps the first Host and drops the others. */
export function countHeader(message: IncomingMessage, name: string): number {
  return pairs(message.rawHeaders).filter(([each]) => each.toLowerCase() === name).length;
}

function pairs(headers: RawHeaders): ReadonlyArray<readonly [name: string, value: string]> {
  return headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : []));
}
