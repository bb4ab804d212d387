import { z } from 'zod';
import { deniedCalls } from '../bubblewrap/system-calls.ts';

const namespaces = [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];
const anyNamespace = namespaces.reduce((all, one) => all + one, 0);
/** Of a socket: files, IPv4, IPv6. */
const families = [1, 2, 10];
const netlink = 16;
const readImpliesExecute = 0x0040_0000;
const anyPersonality = 0x8000_0000;
const [notPermitted, notKnown] = [1, 38];

const entry = z.looseObject({ names: z.array(z.string()) });
const filter = z.looseObject({ syscalls: z.array(entry), archMap: z.array(z.looseObject({ subArchitectures: z.unknown() })).optional() });

interface Argument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}
const equals = (index: number, value: number): Argument => ({ index, value, valueTwo: 0, op: 'SCMP_CMP_EQ' });
/** Those of the bits in the mask that are set are exactly these. */
const bits = (mask: number, set: number): Argument => ({ index: 0, value: mask, valueTwo: set, op: 'SCMP_CMP_MASKED_EQ' });
const allow = (names: readonly string[], args: readonly Argument[]) => ({ names, action: 'SCMP_ACT_ALLOW', args });
const refuse = (names: readonly string[], args: readonly Argument[], errnoRet: number) => ({
  names,
  action: 'SCMP_ACT_ERRNO',
  args,
  errnoRet,
});

/**
 * An engine's own filter of system calls (a list of what is allowed, in the JSON of Docker and Podman), with everything taken from it that no
 * program of a world has a reason to call: that of Podman is made for containers within containers, and lets programs mount and make namespaces.
 * Programs of another architecture than the machine's own do not run.
 *
 * @throws Error when it is no such filter.
 */
export function stricterFilter(json: string): string {
  const { syscalls, archMap, ...rest } = filter.parse(JSON.parse(json));
  const denied = Object.keys(deniedCalls);
  const judged = ['clone', 'unshare', 'clone3', 'socket'];
  const own = new Set([...denied, ...judged]);
  const kept = syscalls
    .map((each) => ({ ...each, names: each.names.filter((name) => !own.has(name)) }))
    .filter(({ names }) => names.length > 0);
  const added = [
    refuse(denied, [], notPermitted),
    // What it is asked for lies in memory, where a filter cannot look; the C library then asks `clone`.
    refuse(['clone3'], [], notKnown),
    allow(['clone', 'unshare'], [bits(anyNamespace, 0)]),
    ...namespaces.map((one) => refuse(['clone', 'unshare'], [bits(one, one)], notPermitted)),
    ...families.map((family) => allow(['socket'], [equals(0, family)])),
    // Memory that may be read may be executed; all bits together only ask what it is.
    refuse(['personality'], [bits(readImpliesExecute + anyPersonality, readImpliesExecute)], notPermitted),
    // Of the kernel's own families only what tells the addresses of interfaces, which the C library asks for.
    allow(['socket'], [equals(0, netlink), equals(2, 0)]),
  ];
  return JSON.stringify({
    ...rest,
    ...(archMap === undefined ? {} : { archMap: archMap.map((each) => ({ ...each, subArchitectures: [] })) }),
    syscalls: [...kept, ...added],
  });
}
