import { expect, it } from 'vitest';
import { configSchema } from '../domain/config.ts';
import type { Config } from '../domain/config.ts';
import type { Issue } from '../domain/issue.ts';
import { parseIssue } from '../domain/issue.ts';
import { refuseOpenBuild } from './deploy/refuse-open-build.ts';
import { needsOfDeployed, needsOfPrograms } from './needs-of.ts';

function run(isolation: Config['isolation'], secrets: readonly string[]) {
  const target = { kind: 'process', listen: { port: 8080 }, start: 'node server.js' };
  const projects = [{ repository: 'ada/shop', environments: [{ name: 'production', target, deploySecrets: secrets }] }];
  const config = configSchema.parse({ isolation, deploy: { projects } });
  const issue: Issue = parseIssue('# Deploy it', { kind: 'text' })!;
  return { config, issue, project: config.deploy.projects[0]! };
}

it('asks for walls around what is deployed where there are secrets, also when the user wrote the text', () => {
  const beside = run('auto', ['DEPLOY_KEY']);
  expect(needsOfPrograms(beside)).toEqual([]);
  expect(needsOfDeployed(beside, beside.project)).toEqual(['isolation:walls']);
  const plain = run('auto', []);
  expect(needsOfDeployed(plain, plain.project)).toEqual([]);
  const accepted = run('none', ['DEPLOY_KEY']);
  expect(needsOfDeployed(accepted, accepted.project)).toEqual([]);
  const named = run('bubblewrap', ['DEPLOY_KEY']);
  expect(needsOfDeployed(named, named.project)).toEqual(['isolation:bubblewrap']);
});

it('executes nothing of a project with secrets on a machine without walls', async () => {
  const machine = {
    sandboxes: {
      ladder: async () => await Promise.resolve([{ level: 'limits', usable: true, detail: 'No isolation.' } as const]),
    },
  };
  const beside = run('auto', ['DEPLOY_KEY']);
  await expect(refuseOpenBuild(machine, beside, beside.project)).rejects.toThrow('There is no sandbox on this machine');
  const accepted = run('none', ['DEPLOY_KEY']);
  await refuseOpenBuild(machine, accepted, accepted.project);
});
