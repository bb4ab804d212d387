import { Failure } from './failure.ts';

/** One address a world may reach: an exact host and an exact port. Nothing is implied, no subdomain and no other port. */
export interface AllowedAddress {
  /**
   * A name in lower case, without a trailing dot, in ASCII (IDN as punycode); or an IP address in its one usual form, IPv6 in
   * brackets. Never an IP address in disguise.
   */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port` (port 443 when left out) as a person writes it in the configuration.
 * @throws Failure (configuration) for anything that is not one host and one port.
 */
export function parseAllowedAddress(text: string): AllowedAddress {
  const [, host = '', port = '443'] = /^(\[[\d.:a-f]+\]|[^\s:/@?#\\%[\]]+)(?::(\d{1,5}))?$/iu.exec(text) ?? [];
  const normal = normalHost(host);
  if (normal !== undefined && Number(port) > 0 && Number(port) < 65_536) return { host: normal, port: Number(port) };
  throw new Failure('configuration', {
    what: `${JSON.stringify(text)} is not an address that a world can be allowed to reach.`,
    why: 'An address is one host and one port, exactly: no scheme, no path, no wildcard, and an IP address only in its usual form.',
    fix: 'Write each in `sandbox.allow` as `registry.npmjs.org:443`.',
  });
}

/** As it is written in the configuration, and as people see it: `registry.npmjs.org:443`. */
export function formatAddress(address: AllowedAddress): string {
  return `${address.host}:${address.port}`;
}

/** Whether the host is this machine itself as everybody names it: `localhost`, `127.0.0.1` or `[::1]`. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
}

/** Whether a host in its normal form is an IP address, and not a name. */
export function isIpHost(host: string): boolean {
  return host.startsWith('[') || dotted.test(host);
}

const dotted = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const label = /^(?!-)[\d_a-z-]{1,63}(?<!-)$/;

function normalHost(host: string): string | undefined {
  if (host === '' || !URL.canParse(`https://${host}/`)) return undefined;
  const read = new URL(`https://${host}/`).hostname;
  // `2130706433`, `0x7f.1` and full-width digits are read as an address too: what was meant must be what is written.
  if (isIpHost(read)) return read.startsWith('[') || read === host ? read : undefined;
  const name = read.replace(/\.$/, '');
  return name.length <= 253 && name.split('.').every((part) => label.test(part)) ? name : undefined;
}
