import { expect, it } from 'vitest';
import { accepts, channelNeed, forgeNeed, readLabels, routeOf } from '../domain/needs.ts';
import { configSchema } from '../domain/config.ts';
import { Failure } from '../domain/failure.ts';
import { deployTasks } from '../workflow/deploy/deploy-tasks.ts';
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

/** A configuration that deploys these. */
function deploying(...repositories: readonly string[]) {
  const environments = [{ name: 'production', target: { kind: 'process', listen: { port: 8_080 }, start: 'node server.js' } }];
  return { deploy: { projects: repositories.map((repository) => ({ repository, environments })) } };
}

it('a machine takes the deployments of the projects that it is configured for, however each is written there, and of no other', async () => {
  const runs = {
    'git@github.com:ada/shop.git': ['ada/shop', 'Ada/Shop', 'https://github.com/ada/shop', 'ssh://git@github.com/ada/shop.git'],
    'file:///srv/git/shop.git': ['/srv/git/shop.git', 'file:///srv/git/shop.git'],
  };
  const others = ['eve/shop', 'https://evil.example/ada/shop.git', '/srv/git', 'no address'];
  const asked = { what: { kind: 'merged' }, environments: null, hotfix: false, rollback: false } as const;
  for (const [url, names] of Object.entries(runs)) {
    const config = configSchema.parse(deploying(names[0] ?? ''));
    const run = { config, repository: { kind: 'remote', url }, issue: { origin: { kind: 'text' } } as never } as const;
    const [task] = deployTasks(run, asked);
    const isTaken = async (...repositories: readonly string[]): Promise<boolean> => {
      const read = readLabels(await labelsOfMachine(machine([], deploying(...repositories))));
      return read.kind === 'labels' && accepts(read.labels, routeOf(task?.needs ?? []));
    };
    for (const name of names) expect(await isTaken(...others, name), `${url} as ${name}`).toBe(true);
    expect(await isTaken(...others), url).toBe(false);
    expect(await isTaken(), url).toBe(false);
  }
});
