import { describe, expect, it } from 'vitest';
import { FencedOff } from '../../ports/deployer.ts';
import type { VerifyRequest } from './step-verdict.ts';
import { environmentOf, releaseStand, start } from './testing/scripted-release.ts';
import type { ReleaseStand } from './testing/scripted-release.ts';
import { verifyRelease } from './verify.ts';

const second = 1_000;

async function verified(stand: ReleaseStand, more: Partial<VerifyRequest> = {}) {
  const found = await stand.run(verifyRelease(stand.tools, { ...stand.request, where: 'beside', isStarting: true, ...more }));
  return { found, rule: found.kind === 'bad' ? found.verdict.rule : 'none', ms: stand.ms() };
}

describe('a release that is starting', () => {
  it('is good at the first check that finds it well, asked where it alone is reached', async () => {
    const stand = releaseStand({ health: (ms) => (ms < 3 * second ? 'x' : 'o') });
    expect(await verified(stand)).toEqual({
      found: { kind: 'good', notes: ['r12 was healthy before it served after 3.0 s, at check 7.'] },
      rule: 'none',
      ms: 3 * second,
    });
    expect(stand.asked[0]).toMatchObject({ url: 'http://127.0.0.1:41000/healthz', isPrivate: true });
    expect(stand.notes.at(-1)?.text).toBe('healthy, in 0 ms');
  });

  it('may take its grace, and no more', async () => {
    expect(await verified(releaseStand({ health: (ms) => (ms < 29 * second ? 'x' : 'o') }))).toMatchObject({
      rule: 'none',
      ms: 29 * second,
    });
    expect(await verified(releaseStand({ health: (ms) => (ms < 31 * second ? 'x' : 'o') }))).toMatchObject({
      found: { kind: 'bad', verdict: { rule: 'health', reason: 'it was not healthy within 30 s; at last it was unhealthy: answered 500' } },
      ms: 30 * second,
    });
  });

  it('is bad when another version answers in its place', async () => {
    expect(await verified(releaseStand({ health: () => 'w' }))).toMatchObject({ rule: 'wrong-version', ms: 30 * second });
    expect(await verified(releaseStand({ health: (ms) => (ms < second ? 'w' : 'o') }))).toMatchObject({ rule: 'none' });
  });

  it('is bad as soon as it exits again and again', async () => {
    const exits = [start - second, start + second];
    const status = (ms: number) => ({
      running: [{ release: 12, url: 'http://127.0.0.1:41000', exits: exits.filter((at) => at <= start + ms) }],
    });
    expect(await verified(releaseStand({ health: () => 'x', status }))).toMatchObject({ rule: 'crash-loop', ms: second });
  });

  it('is not bad for exits of long ago', async () => {
    const exits = [start - 90 * second, start - 80 * second];
    const status = () => ({ running: [{ release: 12, url: 'http://127.0.0.1:41000', exits }] });
    expect(await verified(releaseStand({ status }))).toMatchObject({ rule: 'none', ms: 0 });
  });

  it('that cannot be asked is waited for longer than its grace, and is then not proven', async () => {
    expect(await verified(releaseStand({ health: (ms) => (ms < 100 * second ? '?' : 'o') }))).toMatchObject({
      rule: 'none',
      ms: 100 * second,
    });
    expect(await verified(releaseStand({ health: () => '?' }))).toMatchObject({
      found: { verdict: { rule: 'no-data', inconclusive: true } },
      ms: 120 * second,
    });
  });

  it('at a target that cannot be asked for a while is asked again', async () => {
    const status = (ms: number) => {
      if (ms < 40 * second) throw new Error('connect ENOENT keeper.sock');
      return {};
    };
    const stand = releaseStand({ status });
    expect(await verified(stand)).toMatchObject({ rule: 'none', ms: 40 * second });
    expect(stand.notes[0]?.text).toBe('the target could not be asked (which says nothing about the release): connect ENOENT keeper.sock');
  });
});

describe('a release that serves', () => {
  const serving = { where: 'serving', isStarting: false } as const;

  it('is asked where everybody asks', async () => {
    const stand = releaseStand({});
    expect(await verified(stand, serving)).toMatchObject({ rule: 'none', ms: 0 });
    expect(stand.asked[0]).toMatchObject({ url: 'http://127.0.0.1:8080/healthz', isPrivate: true });
    const outside = environmentOf('process', { health: { url: 'https://shop.example/app/', path: '/up?full=1' } });
    const other = releaseStand({}, outside);
    await verified(other, serving);
    expect(other.asked[0]).toMatchObject({ url: 'https://shop.example/app/up?full=1', isPrivate: false });
  });

  it('goes by what is configured where the target is elsewhere', async () => {
    const inside = releaseStand({}, environmentOf('kubernetes', { health: { private: true } }));
    await verified(inside, serving);
    expect(inside.asked[0]).toMatchObject({ url: 'http://127.0.0.1:8080/healthz', isPrivate: true });
    const unknown = releaseStand({}, environmentOf('kubernetes'));
    await verified(unknown, serving);
    expect(unknown.asked[0]).toMatchObject({ isPrivate: false });
  });

  it('is bad with the third check in a row that fails, and good with one that does not', async () => {
    expect(await verified(releaseStand({ health: () => 'x' }), serving)).toMatchObject({ rule: 'health', ms: 10 * second });
    expect(await verified(releaseStand({ health: (ms) => (ms < 10 * second ? 'w' : 'o') }), serving)).toMatchObject({
      rule: 'none',
      ms: 10 * second,
    });
  });

  it('has its grace where it was never asked before', async () => {
    const stand = releaseStand({ health: (ms) => (ms < 20 * second ? 'x' : 'o') });
    expect(await verified(stand, { where: 'serving', isStarting: true })).toMatchObject({ rule: 'none', ms: 20 * second });
  });
});

describe('whoever verifies', () => {
  it('stops when another deployment has taken over', async () => {
    const stand = releaseStand({ health: () => 'x', status: (ms) => ({ fence: ms < second ? 3 : 4 }) });
    await expect(verified(stand)).rejects.toThrow(FencedOff);
    const refusing = releaseStand({
      status: () => {
        throw new FencedOff(3, 4);
      },
    });
    await expect(verified(refusing)).rejects.toThrow(FencedOff);
  });

  it('stops when it is told to', async () => {
    const told = new AbortController();
    const reason = new Error('the run was cancelled');
    const health = (ms: number): 'x' => {
      if (ms >= second) told.abort(reason);
      return 'x';
    };
    await expect(verified(releaseStand({ health }, environmentOf('process'), told.signal))).rejects.toBe(reason);
  });
});
