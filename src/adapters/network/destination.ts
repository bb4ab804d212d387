import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import { formatAddress } from '../../domain/allowed-address.ts';
import type { AllowedAddress } from '../../domain/allowed-address.ts';
import { specialMeaning } from './special-addresses.ts';

/** All addresses of a name. Asked once for each connection. */
export type Resolve = (name: string) => Promise<readonly LookupAddress[]>;

/** As the programs of this machine resolve names, its hosts file included. */
export const systemResolve: Resolve = (name) => lookup(name, { all: true, verbatim: true });

/** An allowed name led to an address that it must not lead to. */
export class ForbiddenDestination extends Error {
  override readonly name = 'ForbiddenDestination';
  /** Why, for people. */
  readonly why: string;

  constructor(why: string) {
    super(why);
    this.why = why;
  }
}

/**
 * A lookup for `net.connect` that hands out checked addresses only, and all of them at once: the connection is made to what was
 * checked, and nobody asks a second time. A name whose answers hold even one address that is not on the public
 * internet is refused whole, unless that very IP address and port were allowed by themselves.
 *
 * @param allowed in their normal form, as {@link AllowedAddress} says.
 */
export function checkedLookup(port: number, allowed: readonly AllowedAddress[], resolve: Resolve): LookupFunction {
  const addresses = async (name: string): Promise<readonly LookupAddress[]> => {
    if (name === 'localhost') return loopback;
    const answers = await resolve(name);
    if (answers.length === 0) throw new Error(`no address for ${name}`);
    for (const { address } of answers) {
      const meaning = isAllowedByItself(address, port, allowed) ? undefined : specialMeaning(address);
      if (meaning !== undefined) throw new ForbiddenDestination(`${name} leads to ${address.slice(0, 60)}, which is ${meaning}`);
    }
    return answers.slice(0, mostAddresses);
  };
  const ask = callbackify(addresses);
  return (name, options, callback) => {
    ask(name, (error, found) => {
      const [first] = error === null ? found : [];
      if (first === undefined) callback(error, []);
      else if (options.all === true) callback(null, [...found]);
      else callback(null, first.address, first.family);
    });
  };
}

const mostAddresses = 16;
const loopback: readonly LookupAddress[] = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

function isAllowedByItself(address: string, port: number, allowed: readonly AllowedAddress[]): boolean {
  const host = isIP(address) === 6 ? `[${address}]` : address;
  return allowed.some((each) => formatAddress(each) === formatAddress({ host, port }));
}
