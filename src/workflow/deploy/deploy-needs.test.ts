import { expect, it } from 'vitest';
import { configSchema } from '../../domain/config.ts';
import type { RunAttributes } from '../../domain/run.ts';
import { needFault } from '../../domain/needs.ts';
import { labelsOfProject, needOfDeploying } from './deploy-needs.ts';

function configured(...repositories: readonly string[]) {
  const environments = [{ name: 'production', target: { kind: 'process', listen: { port: 8080 }, start: 'node server.js' } }];
  return configSchema.parse({ deploy: { projects: repositories.map((repository) => ({ repository, environments })) } });
}

function run(config: ReturnType<typeof configured>, url: string, repository?: string) {
  const origin = repository === undefined ? { kind: 'text' } : { kind: 'forge', forge: 'github', repository };
  return { config, repository: { kind: 'remote', url }, issue: { origin } as RunAttributes['issue'] } as const;
}

function labelsOf(config: ReturnType<typeof configured>): readonly string[] {
  return config.deploy.projects.flatMap((project) => labelsOfProject(config, project));
}

it('names a project by its forge where only that is known to whoever has it deployed, and by where it lies otherwise', () => {
  const mirror = 'https://mirror.example/1234.git';
  const [byName, byAddress] = [configured('Ada/Shop'), configured(mirror)];
  expect(labelsOf(byName)).toContain(needOfDeploying(run(byName, mirror, 'ada/shop')));
  expect(labelsOf(byAddress)).toContain(needOfDeploying(run(byAddress, mirror, 'ada/shop')));
  // Nobody who owns a name at a forge gets at what lies at an address that reads the same.
  const alike = configured('https://example.org/shop');
  expect(labelsOf(alike)).not.toContain(needOfDeploying(run(configured('example.org/shop'), mirror, 'example.org/shop')));
});

it('makes labels that can be stated and needed of whatever people write, a different one for each', () => {
  const long = `/srv/${'deep/'.repeat(60)}shop`;
  const labels = labelsOf(configured('/srv/ümläut/日本', '/srv/a b', long, `${long}2`, '/srv/shop', '/srv/git/shop'));
  expect(labels.map(needFault).filter((fault) => fault !== undefined)).toEqual([]);
  expect(new Set(labels).size).toBe(labels.length);
});
