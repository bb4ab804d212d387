import { expect, it } from 'vitest';
import { configSchema } from '../../domain/config.ts';
import { labelsOfProject } from '../../workflow/deploy/deploy-needs.ts';
import { sharedEnvironmentFindings } from './shared-environments.ts';

const bound = { kind: 'process', listen: { port: 8080 }, start: 'node server.js' };
const cluster = { kind: 'kubernetes', namespace: 'shop', deployment: 'shop', manifests: 'k8s', image: 'shop' };

function configured(repository: string, ...targets: readonly object[]) {
  const environments = targets.map((target, index) => ({ name: index === 0 ? 'staging' : 'production', target }));
  return configSchema.parse({ deploy: { projects: [{ repository, environments }] } });
}

function worker(host: string, repository: string, alive = true) {
  const config = configured(repository, bound);
  return { host, alive, labels: config.deploy.projects.flatMap((project) => labelsOfProject(config, project)) };
}

it('warns of a project that several machines would each deploy to an environment of their own, however they write it', () => {
  const config = configured('ada/shop', bound, cluster);
  const [finding, ...others] = sharedEnvironmentFindings(config, [worker('one', 'ada/shop'), worker('two', 'git@github.com:ada/shop.git')]);
  expect(others).toEqual([]);
  expect(finding).toMatchObject({ name: 'Deploy ada/shop', status: 'warning' });
  expect(finding?.detail).toMatch(/^one, two all deploy it, and the releases of staging run/);
});

it('says nothing where one machine has the project, the other is gone, or every machine reaches the target alike', () => {
  const one = worker('one', 'ada/shop');
  const config = configured('ada/shop', bound);
  expect(
    sharedEnvironmentFindings(config, [one, one, worker('two', 'eve/shop'), { host: 'three', alive: true, labels: undefined }]),
  ).toEqual([]);
  expect(sharedEnvironmentFindings(config, [one, worker('two', 'ada/shop', false)])).toEqual([]);
  expect(sharedEnvironmentFindings(configured('ada/shop', cluster), [one, worker('two', 'ada/shop')])).toEqual([]);
});
