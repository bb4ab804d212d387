import type { ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './gate.ts';

const phrases = {
  400: 'Bad Request',
  403: 'Not in sandbox.allow',
  407: 'Proxy Authentication Required',
  413: 'Content Too Large',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
} as const;

/** Answers a request that is not served, and ends the connection: what else was sent over it is not looked at. */
export function refuse(response: ServerResponse, { status, sentence }: Refusal): void {
  response.writeHead(status, phrases[status], { ...headersOf(status), connection: 'close' });
  response.end(textOf(sentence));
}

/** The same for a connection that has left the hands of the HTTP server. */
export function refuseRaw(socket: Duplex, { status, sentence }: Refusal): void {
  const text = textOf(sentence);
  const headers = { ...headersOf(status), 'content-length': String(Buffer.byteLength(text)), connection: 'close' };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${phrases[status]}\r\n${lines.join('')}\r\n${text}`, () => socket.destroy());
}

function headersOf(status: Refusal['status']): Readonly<Record<string, string>> {
  const type = { 'content-type': 'text/plain; charset=utf-8' };
  return status === 407 ? { ...type, 'proxy-authenticate': 'Basic realm="miyabi"' } : type;
}

function textOf(sentence: string): string {
  return `Miyabi: ${sentence}\n`;
}
