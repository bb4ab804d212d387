import { expect, it } from 'vitest';
import { accepts, channelNeed, deployNeed, forgeNeed, readLabels, routeOf } from '../domain/needs.ts';
import { Failure } from '../domain/failure.ts';
import type { OperationTools } from './tools.ts';
import { labelsOfMachine } from './worker-labels.ts';

const noSecret = new Failure('configuration', { what: 'It cannot be used.', why: 'It has no secret.', fix: 'Set it.' });

/** A machine without agents and walls, as it is configured. */
function machine(forges: readonly string[], values: Readonly<Record<string, unknown>>) {
  return {
    agents: async () => await Promise.resolve([]),
    ladders: { isolation: async () => await Promise.resolve([]), workspaces: async () => await Promise.resolve([]) },
    machine: { size: async () => await Promise.resolve({ memoryBytes: 8 * 1_024 ** 3 }) },
    forges: { names: forges },
    channel: async (name: string) => (name === 'team' ? await Promise.resolve({ name }) : await Promise.reject(noSecret)),
    ownConfiguration: [{ source: 'user', origin: 'here', values }],
  } as unknown as OperationTools;
}

it('a machine takes what is for the forges and the ways to tell people that it is configured for, and nothing else of that kind', async () => {
  const channels = { team: { kind: 'slack', urlVariable: 'SLACK_URL' }, boss: { kind: 'slack', urlVariable: 'NOT_SET' } };
  const labels = await labelsOfMachine(machine(['github', 'home'], { notify: { channels } }), ['gpu']);
  const other = await labelsOfMachine(machine([], {}));
  const takes = (of: readonly string[], need: string): boolean => {
    const read = readLabels(of);
    return read.kind === 'labels' && accepts(read.labels, routeOf([need, 'memoryMb>=4096']));
  };
  for (const need of [forgeNeed('github'), forgeNeed('home'), channelNeed('team'), 'gpu']) {
    expect(takes(labels, need), need).toBe(true);
    expect(takes(other, need), need).toBe(false);
  }
  for (const need of [forgeNeed('elsewhere'), channelNeed('boss')]) expect(takes(labels, need), need).toBe(false);
});

it('a machine that is configured to deploy something takes what is deployed', async () => {
  const environments = [{ name: 'production', target: { kind: 'process', listen: { port: 8_080 }, start: 'node server.js' } }];
  expect(await labelsOfMachine(machine([], { deploy: { projects: [{ repository: 'ada/shop', environments }] } }))).toContain(deployNeed);
  expect(await labelsOfMachine(machine([], {}))).not.toContain(deployNeed);
});
