import { Transform } from 'node:stream';
import { isIpHost, isLoopbackHost } from '../../../domain/allowed-address.ts';
import { readFirstWords } from './client-hello.ts';

/** Somebody opened a tunnel to one host in order to talk to another that is served from the same place. */
export class OtherServerName extends Error {
  override readonly name = 'OtherServerName';
  /** Why, for people. */
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/**
 * Passes on what a client says, once it is clear that it is meant for `host`: many names are served from the addresses of one
 * content network, and only the greeting of TLS says which is meant. What is not TLS passes as it is.
 *
 * @param host in its normal form; where it is an IP address or this machine, no name is expected.
 */
export function createTlsNameCheck(host: string): Transform {
  let held: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      if (held === undefined) return done(null, chunk);
      held = Buffer.concat([held, chunk]);
      const words = readFirstWords(held);
      if (words.kind === 'unfinished') return done();
      const objection = objectionTo(words, host);
      if (objection !== undefined) return done(new OtherServerName(objection));
      const all = held;
      held = undefined;
      return done(null, all);
    },
  });
}

function objectionTo(words: ReturnType<typeof readFirstWords>, host: string): string | undefined {
  if (words.kind === 'malformed') return 'the greeting inside of the tunnel is not proper TLS';
  if (words.kind !== 'tls' || isIpHost(host) || isLoopbackHost(host)) return undefined;
  if (words.serverName === undefined) return 'the greeting inside of the tunnel names no server';
  return words.serverName.toLowerCase() === host ? undefined : 'the greeting inside of the tunnel names another server';
}
