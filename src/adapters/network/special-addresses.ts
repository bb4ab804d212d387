import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopbackHost } from '../../domain/allowed-address.ts';

/** Ranges that are not the public internet, and what they are. After the registries of special-purpose addresses of the IANA (RFC 6890). */
const ranges: ReadonlyArray<readonly [range: string, meaning: string]> = [
  ['0.0.0.0/8', 'this machine'],
  ['10.0.0.0/8', 'in a private network'],
  ['100.64.0.0/10', 'in the network of a provider'],
  ['127.0.0.0/8', 'this machine'],
  // The address at which one cloud serves settings and keys to its machines; it looks like a public one.
  ['168.63.129.16/32', 'the metadata of a cloud'],
  ['169.254.0.0/16', 'link-local, where clouds keep their metadata'],
  ['172.16.0.0/12', 'in a private network'],
  ['192.0.0.0/24', 'reserved'],
  ['192.0.2.0/24', 'reserved'],
  ['192.88.99.0/24', 'reserved'],
  ['192.168.0.0/16', 'in a private network'],
  ['198.18.0.0/15', 'reserved'],
  ['198.51.100.0/24', 'reserved'],
  ['203.0.113.0/24', 'reserved'],
  ['224.0.0.0/4', 'multicast'],
  ['240.0.0.0/4', 'reserved'],
  ['2001::/23', 'reserved'],
  ['2001:db8::/32', 'reserved'],
  // The old ways of carrying IPv4 in IPv6 lead wherever the IPv4 address inside of them does.
  ['2002::/16', 'an IPv4 address in disguise'],
  ['3fff::/20', 'reserved'],
];

const special = ranges.map(([range, meaning]) => ({ list: listOf(range), meaning }));
/** Everything that the IANA has given out as public; what lies outside (loopback, private, link-local, mapped, multicast) is not. */
const publicV6 = listOf('2000::/3');

/**
 * Why an IP address is not a place on the public internet, or undefined when it is one. The machine's own addresses are
 * looked up each time: they change.
 */
export function specialMeaning(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0 || address.includes('%')) return 'not an IP address that can be checked';
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (family === 'ipv6' && !publicV6.check(address, family))
    return 'not public (loopback, private, link-local or an IPv4 address in disguise)';
  const found = special.find((entry) => entry.list.check(address, family));
  if (found !== undefined) return found.meaning;
  return ownAddresses().check(address, family) ? 'this machine' : undefined;
}

/** The host of a URL without the brackets of an IPv6 address. */
export function bareHost(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

/** Why the host of a URL, as it is written there, is not on the public internet. Undefined where it is, or is a name that has to be looked up. */
export function meaningOfHost(hostname: string): string | undefined {
  if (isLoopbackHost(hostname)) return 'this machine';
  const host = bareHost(hostname);
  return isIP(host) === 0 ? undefined : specialMeaning(host);
}

function ownAddresses(): BlockList {
  const list = new BlockList();
  for (const address of Object.values(networkInterfaces()).flatMap((each) => each ?? [])) {
    list.addAddress(address.address.replace(/%.*$/, ''), address.family === 'IPv6' ? 'ipv6' : 'ipv4');
  }
  return list;
}

function listOf(range: string): BlockList {
  const [network = '', prefix = ''] = range.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}
