import { isIP } from 'node:net';
import { Refusal } from './refusal.ts';

/** Names by which a service may be asked. */
export interface OwnAddress {
  /** Where it listens, such as `127.0.0.1` or `0.0.0.0`. */
  readonly host: string;
  /** Further names, each with a port where it has one that is not usual, such as `miyabi.example.org`. */
  readonly names: readonly string[];
}

/** The headers of a request that say for whom it is meant, and from where it comes. */
export interface Asked {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Whether nobody but programs of this machine can reach it. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/**
 * Refuses what was meant for somebody else, or comes from a page that is not ours.
 *
 * A page of an attacker whose name leads to our address (DNS rebinding) says that name as the host. An address in figures is no name that could be made to
 * lead here, so that one is taken where we listen at all of them.
 * @throws Refusal
 */
export function refuseForeign(own: OwnAddress, { host = '', origin, fetchSite }: Asked): void {
  const asked = hostAndPort(host);
  if (asked === undefined || !isOwnName(own, asked.name, asked.whole)) throw wrongHost(own);
  if (origin !== undefined && !isOwnOrigin(own, origin, asked.whole)) throw foreignOrigin();
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') throw foreignOrigin();
}

function isOwnName(own: OwnAddress, name: string, whole: string): boolean {
  if (own.names.includes(name) || own.names.includes(whole)) return true;
  if (isEverywhere(own.host)) return isLoopback(name) || isIP(name) !== 0;
  return isLoopback(own.host) ? isLoopback(name) : name === own.host.toLowerCase();
}

function isOwnOrigin(own: OwnAddress, origin: string, whole: string): boolean {
  const read = URL.canParse(origin) ? new URL(origin) : undefined;
  if (read === undefined || (read.protocol !== 'http:' && read.protocol !== 'https:')) return false;
  return read.host === withoutUsualPort(read.protocol, whole) || own.names.includes(read.host);
}

function withoutUsualPort(protocol: string, whole: string): string {
  return whole.replace(protocol === 'http:' ? /:80$/ : /:443$/, '');
}

/** In lower case, the name without brackets. */
function hostAndPort(host: string): { readonly name: string; readonly whole: string } | undefined {
  const whole = host.toLowerCase();
  const [, brackets, plain] = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/.exec(whole) ?? [];
  const name = brackets ?? plain;
  return name === undefined ? undefined : { name, whole };
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function wrongHost({ host }: OwnAddress): Refusal {
  return new Refusal('wrong-host', {
    what: 'This service has another name.',
    why: `It listens at ${host}, and was asked under a name that is none of its own.`,
    fix: 'Ask it by its address. Behind a server that hands requests on, list the name that people see as `server.hosts` in your configuration.',
  });
}

function foreignOrigin(): Refusal {
  return new Refusal('foreign-origin', {
    what: 'This comes from a page of somebody else.',
    why: 'A browser said that it was sent from another site, and pages of others may not use what you are signed in with.',
    fix: 'Open the address of the service itself. Behind a server that hands requests on, list the name that people see as `server.hosts`.',
  });
}
