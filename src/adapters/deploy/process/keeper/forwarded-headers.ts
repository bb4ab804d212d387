import type { IncomingMessage } from 'node:http';

/** Headers that mean a connection, and not the request: RFC 9110, section 7.6.1. How a body is framed is for who writes it. */
const ofConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'upgrade',
];

/** What frames a message or says whom it is for: no `Connection` header takes that away from whoever reads it next. */
const ofMessage: ReadonlySet<string> = new Set(['transfer-encoding', 'content-length', 'host']);

/** Takes out what is meant for one connection alone, with what its `Connection` header names. */
export function removeConnectionHeaders({ headers }: Pick<IncomingMessage, 'headers'>): void {
  const named = (headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  for (const name of [...named, ...ofConnection]) if (!ofMessage.has(name)) delete headers[name];
}

/**
 * Says who has asked, and how: `x-forwarded-for` has everybody on the way, the last one being whom we saw ourselves. The other two
 * are kept as somebody before us has set them: where one ends TLS for us, only that one knows.
 */
export function addForwardedHeaders({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): void {
  const before = headers['x-forwarded-for'];
  const known = before === undefined ? [] : [before].flat();
  headers['x-forwarded-for'] = [...known, socket.remoteAddress ?? 'unknown'].join(', ');
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-forwarded-host'] ??= headers.host ?? '';
}
