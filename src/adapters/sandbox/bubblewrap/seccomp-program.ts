import { deniedCalls, judgedCalls } from './system-calls.ts';

/** Processors whose system calls can be filtered here. */
export type FilteredArchitecture = 'x64' | 'arm64';

export function isFilteredArchitecture(architecture: string): architecture is FilteredArchitecture {
  return architecture === 'x64' || architecture === 'arm64';
}

/** As the kernel names them to filters (`AUDIT_ARCH_*` of linux/audit.h). */
const auditArchitecture = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;

/** From here on x64 calls are of the x32 kind, whose numbers mean something else. */
const firstX32Call = 0x4000_0000;

/** Where the filter finds what it is asked about (`struct seccomp_data`); of arguments the lower half: all that are judged fit in it. */
const place = { call: 0, architecture: 4, argument: (index: number) => 16 + 8 * index } as const;

/** Operations of classic BPF (linux/bpf_common.h). */
const operation = { load: 0x20, ifEqual: 0x15, ifAtLeast: 0x35, ifAnyBit: 0x45, answer: 0x06 } as const;

/** `SECCOMP_RET_*`; an errno is in the lower bits. */
const answers = { kill: 0x8000_0000, allow: 0x7fff_0000, errno: 0x0005_0000 } as const;
const errno = { EPERM: 1, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** `CLONE_NEW*` for mounts, control groups, UTS, IPC, users, processes and networks. */
const namespaceFlags = 0x7e02_0000;
/** Only `unshare` knows this bit; `clone` has the signal there. */
const timeNamespaceFlag = 0x80;
const allowedFamilies = { unix: 1, inet: 2, inet6: 10 } as const;
/** Asking the kernel for addresses (NETLINK_ROUTE), which `getaddrinfo` and `os.networkInterfaces` do. */
const netlink = { family: 16, route: 0 } as const;
/** Put characters into a terminal's input (TIOCSTI), and what consoles do on top (TIOCLINUX). */
const terminalInjections = [0x5412, 0x541c] as const;
/** Nothing, no random addresses (debuggers), and the question what it is. */
const allowedPersonalities = [0, 0x0004_0000, 0xffff_ffff] as const;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

const load = (offset: number): Instruction => [operation.load, 0, 0, offset];
const answer = (value: number): Instruction => [operation.answer, 0, 0, value];
const deny = (error: keyof typeof errno): Instruction => answer(answers.errno | errno[error]);
const allow = answer(answers.allow);

/**
 * The filter of the system calls of worlds, for `seccomp(2)`: an array of `struct sock_filter` in the byte order of both
 * architectures. A program of another architecture (32-bit ones too) is killed, since the numbers would mean something else.
 * `ptrace` stays, for debuggers: the process namespace leaves nobody else to trace.
 *
 * There is no library for this on npm that is looked after; the format has not changed since 2012.
 */
export function seccompProgram(architecture: FilteredArchitecture): Buffer {
  const number = (call: keyof typeof judgedCalls): number => judgedCalls[call][architecture];
  const denied = Object.values(deniedCalls).flatMap((numbers) => numbers[architecture] ?? []);
  return encode([
    load(place.architecture),
    ...unlessEqual(auditArchitecture[architecture], answer(answers.kill)),
    load(place.call),
    ...(architecture === 'x64' ? [[operation.ifAtLeast, 0, 1, firstX32Call] as const, answer(answers.kill)] : []),
    ...denied.flatMap((call) => whenEqual(call, deny('EPERM'))),
    // Its flags lie in memory, which a filter cannot read; the C library then takes `clone`.
    ...whenEqual(number('clone3'), deny('ENOSYS')),
    ...whenCall(number('clone'), [load(place.argument(0)), ...whenAnyBit(namespaceFlags, deny('EPERM')), allow]),
    ...whenCall(number('unshare'), [load(place.argument(0)), ...whenAnyBit(namespaceFlags | timeNamespaceFlag, deny('EPERM')), allow]),
    ...whenCall(number('ioctl'), [
      load(place.argument(1)),
      ...terminalInjections.flatMap((request) => whenEqual(request, deny('EPERM'))),
      allow,
    ]),
    ...whenCall(number('personality'), [
      load(place.argument(0)),
      ...allowedPersonalities.flatMap((value) => whenEqual(value, allow)),
      deny('EPERM'),
    ]),
    ...whenCall(number('socket'), [
      load(place.argument(0)),
      ...Object.values(allowedFamilies).flatMap((family) => whenEqual(family, allow)),
      ...unlessEqual(netlink.family, deny('EAFNOSUPPORT')),
      load(place.argument(2)),
      ...whenEqual(netlink.route, allow),
      deny('EAFNOSUPPORT'),
    ]),
    allow,
  ]);
}

function whenEqual(value: number, then: Instruction): readonly Instruction[] {
  return [[operation.ifEqual, 0, 1, value], then];
}

function unlessEqual(value: number, then: Instruction): readonly Instruction[] {
  return [[operation.ifEqual, 1, 0, value], then];
}

function whenAnyBit(bits: number, then: Instruction): readonly Instruction[] {
  return [[operation.ifAnyBit, 0, 1, bits], then];
}

/** @param block ends with an answer; nothing goes on behind it. */
function whenCall(call: number, block: readonly Instruction[]): readonly Instruction[] {
  return [[operation.ifEqual, 0, block.length, call], ...block];
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, [code, ifTrue, ifFalse, value]] of program.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(ifTrue, index * 8 + 2);
    bytes.writeUInt8(ifFalse, index * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, index * 8 + 4);
  }
  return bytes;
}
