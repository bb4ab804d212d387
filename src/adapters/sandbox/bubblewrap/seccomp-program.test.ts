import { describe, expect, test } from 'vitest';
import type { FilteredArchitecture } from './seccomp-program.ts';
import { seccompProgram } from './seccomp-program.ts';
import { deniedCalls, judgedCalls } from './system-calls.ts';

const audit = { x64: 0xc000_003e, arm64: 0xc000_00b7 };
const answers = { allow: 0x7fff_0000, kill: 0x8000_0000, EPERM: 0x0005_0001, ENOSYS: 0x0005_0026, EAFNOSUPPORT: 0x0005_0061 };

/** Answers as the kernel would: runs the program on one call. */
function ask(
  architecture: FilteredArchitecture,
  call: number,
  args: readonly number[] = [],
  from: number = audit[architecture],
): string | number {
  const program = seccompProgram(architecture);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call >>> 0, 0);
  data.writeUInt32LE(from, 4);
  for (const [index, value] of args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), 16 + 8 * index);
  let loaded = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const [code, ifTrue, ifFalse, value] = [
      program.readUInt16LE(at * 8),
      program[at * 8 + 2],
      program[at * 8 + 3],
      program.readUInt32LE(at * 8 + 4),
    ];
    const jump = (isTrue: boolean): number => (isTrue ? (ifTrue ?? 0) : (ifFalse ?? 0));
    if (code === 0x20) loaded = data.readUInt32LE(value);
    else if (code === 0x15) at += jump(loaded === value);
    else if (code === 0x35) at += jump(loaded >= value);
    else if (code === 0x45) at += jump((loaded & value) !== 0);
    else if (code === 0x06) return Object.entries(answers).find(([, answer]) => answer === value)?.[0] ?? value;
    else throw new Error(`No such operation: ${code}`);
  }
  throw new Error('The program has no end.');
}

describe.each(['x64', 'arm64'] as const)('the filter of system calls on %s', (architecture) => {
  const number = (name: keyof typeof judgedCalls): number => judgedCalls[name][architecture];

  test('lets ordinary calls through', () => {
    const ordinary = architecture === 'x64' ? [0, 1, 2, 9, 39, 59, 60, 101, 231, 257] : [56, 63, 64, 93, 117, 172, 221, 222];
    expect(ordinary.map((call) => ask(architecture, call))).toEqual(ordinary.map(() => 'allow'));
  });

  test('denies each call on the list', () => {
    const calls = Object.values(deniedCalls).flatMap((numbers) => numbers[architecture] ?? []);
    expect(new Set(calls.map((call) => ask(architecture, call)))).toEqual(new Set(['EPERM']));
    expect(new Set(calls).size).toBe(calls.length);
  });

  test('kills what speaks for another architecture', () => {
    expect(ask(architecture, 39, [], 0x4000_0003)).toBe('kill');
    expect(ask(architecture, 0x4000_0027)).toBe(architecture === 'x64' ? 'kill' : 'allow');
  });

  test('lets processes and threads be made, and namespaces not', () => {
    expect(ask(architecture, number('clone'), [17])).toBe('allow');
    expect(ask(architecture, number('clone'), [0x003d_0f00])).toBe('allow');
    for (const flag of [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000]) {
      expect(ask(architecture, number('clone'), [flag | 17])).toBe('EPERM');
      expect(ask(architecture, number('unshare'), [flag])).toBe('EPERM');
    }
    expect(ask(architecture, number('unshare'), [0x80])).toBe('EPERM');
    expect(ask(architecture, number('unshare'), [0x400])).toBe('allow');
    expect(ask(architecture, number('clone3'))).toBe('ENOSYS');
  });

  test('lets sockets of the families that programs use be made', () => {
    expect([1, 2, 10].map((family) => ask(architecture, number('socket'), [family, 1, 0]))).toEqual(['allow', 'allow', 'allow']);
    expect(ask(architecture, number('socket'), [16, 3, 0])).toBe('allow');
    expect(ask(architecture, number('socket'), [16, 3, 15])).toBe('EAFNOSUPPORT');
    expect(new Set([3, 15, 17, 31, 38, 40, 44].map((family) => ask(architecture, number('socket'), [family, 3, 0])))).toEqual(
      new Set(['EAFNOSUPPORT']),
    );
  });

  test('denies typing into terminals, whatever the upper half of the argument says', () => {
    for (const request of [0x5412, 0x541c, 2 ** 32 + 0x5412]) expect(ask(architecture, number('ioctl'), [0, request])).toBe('EPERM');
    expect(ask(architecture, number('ioctl'), [0, 0x5401])).toBe('allow');
  });

  test('lets a program ask for its personality and turn off random addresses', () => {
    expect([0, 0x0004_0000, 0xffff_ffff].map((value) => ask(architecture, number('personality'), [value]))).toEqual([
      'allow',
      'allow',
      'allow',
    ]);
    expect(ask(architecture, number('personality'), [0x0040_0000])).toBe('EPERM');
  });
});
