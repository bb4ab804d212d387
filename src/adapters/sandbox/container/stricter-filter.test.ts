import { describe, expect, test } from 'vitest';
import { stricterFilter } from './stricter-filter.ts';

const loose = {
  defaultAction: 'SCMP_ACT_ERRNO',
  archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] }],
  syscalls: [
    { names: ['read', 'mount', 'clone', 'clone3', 'unshare', 'keyctl'], action: 'SCMP_ACT_ALLOW', args: [] },
    { names: ['socket'], action: 'SCMP_ACT_ALLOW', args: [] },
    { names: ['bpf', 'setns'], action: 'SCMP_ACT_ALLOW', args: [], includes: { caps: ['CAP_SYS_ADMIN'] } },
    { names: ['personality'], action: 'SCMP_ACT_ALLOW', args: [{ index: 0, value: 8, valueTwo: 0, op: 'SCMP_CMP_EQ' }] },
  ],
};

interface Rule {
  readonly names: readonly string[];
  readonly action: string;
  readonly args?: readonly unknown[];
}

describe('the filter of system calls of an engine', () => {
  const strict = JSON.parse(stricterFilter(JSON.stringify(loose))) as typeof loose & { readonly syscalls: readonly Rule[] };
  const allowed = (name: string): readonly Rule[] =>
    strict.syscalls.filter(({ names, action }) => action === 'SCMP_ACT_ALLOW' && names.includes(name));

  test('keeps what programs need, as it was', () => {
    expect(strict.defaultAction).toBe('SCMP_ACT_ERRNO');
    expect(allowed('read')).toEqual([{ names: ['read'], action: 'SCMP_ACT_ALLOW', args: [] }]);
    expect(allowed('personality')).toEqual([loose.syscalls[3]]);
  });

  test.each(['mount', 'keyctl', 'bpf', 'setns', 'clone3', 'io_uring_setup', 'process_vm_readv'])('does not let anybody call %s', (name) => {
    expect(allowed(name)).toEqual([]);
    expect(strict.syscalls.filter(({ names }) => names.includes(name)).map(({ action }) => action)).toEqual(['SCMP_ACT_ERRNO']);
  });

  test.each(['clone', 'unshare', 'socket'])('allows %s with some arguments only', (name) => {
    expect(allowed(name).length).toBeGreaterThan(0);
    for (const { args } of allowed(name)) expect(args?.length).toBeGreaterThan(0);
  });

  test('runs no programs of another architecture', () => {
    expect(strict.archMap).toEqual([{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: [] }]);
  });

  test.each(['', '{}', '[]', '{"syscalls":[{"names":"read"}]}'])('is not made from %j', (text) => {
    expect(() => stricterFilter(text)).toThrow();
  });
});
