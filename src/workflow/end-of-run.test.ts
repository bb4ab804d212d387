import { expect, it } from 'vitest';
import { configSchema } from '../domain/config.ts';
import type { RepositoryId } from '../domain/ids.ts';
import type { Issue } from '../domain/issue.ts';
import type { RunAttributes } from '../domain/run.ts';
import { endOfRun } from './end-of-run.ts';

const environments = [{ name: 'production', target: { kind: 'process', listen: { port: 8_080 }, start: 'node server.js' } }];
const text: Issue = { title: 'one', body: '', origin: { kind: 'text' }, hiddenCharacters: 0 };

/** Tasks after the review of a run of one task, each with what it waits for. */
function tasksOf(run: Partial<RunAttributes>, projects: readonly object[], priority: 'P0-Critical' | 'P2-Medium' = 'P2-Medium') {
  const config = configSchema.parse({ deploy: { projects } });
  const repository = { kind: 'local', root: '/shop' } as const;
  const attributes = { config, issue: text, repository, repositoryId: 'one' as RepositoryId, into: null, ...run };
  const plan = { tasks: [{ id: 'task-1', title: 'one' }] } as never;
  const tasks = endOfRun(attributes, { analysis: { type: 'bug', priority }, plan });
  return new Map(tasks.map((task) => [task.key, { ...task, after: (task.dependencies ?? []).map(({ on }) => on) }]));
}

it('deploys what a branch was moved to, where that is configured for its repository', () => {
  const project = { repository: '/shop', environments };
  const tasks = tasksOf({ into: 'main' }, [project]);
  expect(tasks.get('deploy')).toMatchObject({
    type: 'miyabi.deploy.begin',
    after: ['publish'],
    // Workers of other versions know the project by this label too.
    needs: ['deploy:shop-26315ce1e9356d67'],
    payload: { what: { kind: 'merged' }, environments: null, hotfix: false, rollback: false },
  });
  expect(tasks.get('cleanup')?.after).toContain('deploy');
  expect(tasksOf({ into: 'main' }, [project], 'P0-Critical').get('deploy')).toMatchObject({ payload: { hotfix: true } });
  for (const [run, projects] of [
    [{ into: null }, [project]],
    [{ into: 'main' }, []],
    [{ into: 'main' }, [{ ...project, repository: '/other' }]],
    [{ into: 'main' }, [{ ...project, afterMerge: false }]],
  ] as const)
    expect([...tasksOf(run, projects).keys()]).toEqual(['publish', 'cleanup']);
});

it('deploys what was merged at a forge, before its issue is closed', () => {
  const origin = {
    kind: 'forge',
    forge: 'github',
    repository: 'ada/shop',
    number: 7,
    url: 'https://github.com/ada/shop/issues/7',
  } as const;
  const run = {
    issue: { ...text, origin } as unknown as Issue,
    repository: { kind: 'remote', url: 'https://github.com/ada/shop.git' } as const,
  };
  const tasks = tasksOf(run, [{ repository: 'ada/shop', environments }]);
  expect(tasks.get('deploy')?.after).toEqual(['merge']);
  for (const key of ['close', 'cleanup']) expect(tasks.get(key)?.after).toContain('deploy');
  expect(tasksOf(run, []).has('deploy')).toBe(false);
});
