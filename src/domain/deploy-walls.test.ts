import { expect, it } from 'vitest';
import { configSchema } from './config.ts';
import type { DeployedPrograms } from './deploy-walls.ts';
import { mustBeWalled, refuseWithoutWalls, withoutWallsNote } from './deploy-walls.ts';
import { Failure } from './failure.ts';
import type { IsolationRung } from './machine.ts';

const open: readonly IsolationRung[] = [
  { level: 'bubblewrap', usable: false, detail: 'bubblewrap is missing.' },
  { level: 'limits', usable: true, detail: 'No isolation.' },
];
const walled: readonly IsolationRung[] = [{ level: 'bubblewrap', usable: true, detail: 'It is here.' }, ...open.slice(1)];
const image = { kind: 'container', listen: { port: 8080 }, containerPort: 80, image: 'shop' };

function programs(environment: object, isolation: DeployedPrograms['isolation'] = 'auto'): DeployedPrograms {
  const plain = { name: 'production', target: image };
  const projects = [
    {
      repository: 'ada/shop',
      environments: [
        { ...plain, name: 'staging' },
        { ...plain, ...environment },
      ],
    },
  ];
  return { project: configSchema.parse({ deploy: { projects } }).deploy.projects[0]!, isolation };
}

it.each([
  ['secrets of those who deploy', { deploySecrets: ['DEPLOY_KEY'] }],
  ['secrets of the release', { releaseSecrets: ['DATABASE_URL'] }],
  ['an account of a registry', { target: { ...image, registryVariable: 'REGISTRY' } }],
])('refuses to build without walls where one environment has %s, and says how to go on', (_name, environment) => {
  const refused = programs(environment);
  const refuse = (): void => refuseWithoutWalls(refused, open);
  expect(refuse).toThrow(Failure);
  expect(refuse).toThrow(/no sandbox on this machine.*ada\/shop.*No bubblewrap: bubblewrap is missing.*isolation: none/s);
  refuseWithoutWalls(refused, walled);
});

it('leaves what has no secrets as it was, and `isolation: none` to the user, who is told', () => {
  expect(mustBeWalled(programs({}))).toBe(false);
  refuseWithoutWalls(programs({}), open);
  const accepted = programs({ deploySecrets: ['DEPLOY_KEY'] }, 'none');
  refuseWithoutWalls(accepted, open);
  expect(withoutWallsNote(accepted)).toMatch(/can read the secrets/);
  expect(withoutWallsNote(programs({}, 'none'))).toBeUndefined();
});
