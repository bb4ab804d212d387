import { Failure } from './failure.ts';

/** One address a world may reach: an exact host and an exact port. Nothing is implied, no subdomain and no other port. */
export interface AllowedAddress {
  /** Lower case, without a trailing dot, in ASCII (IDN as punycode); a name, never an IP address in disguise. */
  readonly host: string;
  readonly port: number;
}

/**
 * Reads `host:port` (port 443 when left out) as a person writes it in the configuration.
 * @throws Failure (configuration) for anything that is not one host and one port.
 */
export function parseAllowedAddress(text: string): AllowedAddress {
  const [, host = '', port = '443'] = /^([^:/@\s]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const normal = URL.canParse(`https://${host}/`) ? new URL(`https://${host}/`).hostname.replace(/\.$/, '') : '';
  if (normal !== '' && Number(port) > 0 && Number(port) < 65_536) return { host: normal, port: Number(port) };
  throw new Failure('configuration', {
    what: `${JSON.stringify(text)} is not an address that a world can be allowed to reach.`,
    why: 'An address is one host and one port, exactly: no scheme, no path, no wildcard.',
    fix: 'Write it as `registry.npmjs.org:443`.',
  });
}
