import { mkdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import { mergeMethods } from '../../domain/forge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CreatedForgeRepository, ForgeFolders, NewForgeRepository } from '../../ports/forge-folder.ts';
import { bareRepositories } from '../git/bare-repository.ts';
import { sqliteLocks } from '../lock/sqlite-locks.ts';
import { stampOf, writeText } from './files.ts';
import type { ForgeFolder } from './folder.ts';
import { isRepositoryName, locked, readRepository, repositoryFolder } from './folder.ts';
import { addIssue } from './issues.ts';
import type { LocalForgePrograms } from './open-local-forge.ts';
import { realFolder } from './reach.ts';
import { writeYaml } from './yaml-file.ts';

/** Forges that are a folder, for who makes one: see docs/local-forge.md. */
export function localForgeFolders(clock: Clock, programs: LocalForgePrograms): ForgeFolders {
  const at = async (folder: string): Promise<ForgeFolder> => {
    const real = await realFolder(folder, folder);
    const locks = sqliteLocks(join(real, '.miyabi', 'locks'));
    return { name: folder, folder: real, clock, locks, git: bareRepositories({ ...programs, locks }), notice: programs.notice };
  };
  return {
    async create(request) {
      if (!isRepositoryName(request.repository)) throw noName(request.repository);
      await mkdir(request.folder, { recursive: true });
      return await create(await at(request.folder), request);
    },
    async writeIssue({ folder, repository: name }, issue) {
      const repository = repositoryFolder(await at(folder), name);
      await readRepository(repository);
      return await locked(repository, async () => await addIssue(repository, issue));
    },
  };
}

async function create(forge: ForgeFolder, request: NewForgeRepository): Promise<CreatedForgeRepository> {
  const { repository: name, from, login } = request;
  const repository = repositoryFolder(forge, name);
  const { path, gitPath } = repository;
  return await locked(repository, async () => {
    if ((await stampOf(path)) !== undefined) throw existsAlready(path);
    await mkdir(dirname(path), { recursive: true });
    const author = { name: login, email: `${login}@localhost` };
    const first =
      from === undefined
        ? ({ kind: 'readme', text: `# ${name.split('/')[1] ?? name}\n`, author } as const)
        : ({ kind: 'repository', folder: await realpath(from).catch(() => from) } as const);
    const made = await forge.git.create(gitPath, first);
    const now = forge.clock.now();
    for (const folder of ['issues', 'pulls', 'checks']) await mkdir(join(path, folder), { recursive: true });
    await writeText(join(path, 'people.yaml'), `${aboutPeople}${writeYaml([{ login, id: '1', permission: 'admin' }])}`, now);
    const rules = { id: randomUUID(), defaultBranch: made.branch, mergeMethods: [...mergeMethods], protected: [] };
    await writeText(join(path, 'repository.yaml'), `${aboutRules}${writeYaml(rules)}`, now);
    return { path, gitPath, ...made };
  });
}

const aboutPeople = `# Who may do what here: none, read, triage, write, maintain or admin. An id is never given to somebody else.\n`;

const aboutRules = `# mergeMethods: the favourite first. protected: for instance
#   - branch: main
#     approvals: 1
#     checks: [test]
`;

function existsAlready(path: string): Failure {
  return new Failure(
    'usage',
    { what: `${path} exists already.`, why: 'A new repository is made where there is none.', fix: 'Take another name, or remove it.' },
    { facts: { path } },
  );
}

function noName(name: string): Failure {
  return new Failure('usage', {
    what: `${JSON.stringify(name.slice(0, 200))} is no name of a repository.`,
    why: 'It is two words of letters, digits, `.`, `_` and `-` with a slash between them; neither begins with a dot or ends with .git.',
    fix: 'Write it like --repo ada/shop.',
  });
}
