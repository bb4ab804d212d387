import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { endOf, tailOfLog } from './tail-of-log.ts';

const second = (at: number) => `2026-01-02T03:04:${String(at).padStart(2, '0')}.1234567Z`;

/** A server that prints this once. @param cut ends the connection in the middle of it */
async function tail(text: string, { until, cut }: { readonly until?: number; readonly cut?: true } = {}): Promise<string> {
  const server = createServer((_, response) => {
    if (cut === true) {
      response.writeHead(200, { 'content-length': String(text.length + 1) });
      response.write(text, () => response.destroy());
    } else response.end(text);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    return await tailOfLog({ url, timeoutMs: 5_000, until, mostBytes: 64_000 });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('times are taken off, and what later steps have printed', async () => {
  const log = [`\uFEFF${second(1)} one`, `${second(2)} two`, 'of two lines', `${second(3)} three`, `${second(9)} later`].join('\n');
  expect(await tail(log)).toBe('one\ntwo\nof two lines\nthree\nlater');
  expect(await tail(log, { until: Date.parse('2026-01-02T03:04:03.999Z') })).toBe('one\ntwo\nof two lines\nthree');
});

test('of a long log the end is kept, from the beginning of a line', async () => {
  const log = Array.from({ length: 200_000 }, (_, index) => `line ${index}`).join('\n');
  const end = await tail(log);
  expect(Buffer.byteLength(end)).toBeLessThanOrEqual(64_000);
  expect(end).toMatch(/^line \d+\n/);
  expect(end.endsWith('line 199999')).toBe(true);
});

test('one line without end is cut between characters', () => {
  expect(endOf('ä'.repeat(100), 31)).toBe('ä'.repeat(15));
  expect(endOf('short', 31)).toBe('short');
});

test('a log that breaks off is an error of the connection, which may be tried again', async () => {
  await expect(tail('half', { cut: true })).rejects.toThrow(/terminated/);
});
