import { appendFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clock.ts';
import { localForgeFolders } from '../../src/adapters/local-forge/create-local-forge.ts';
import { openLocalForge } from '../../src/adapters/local-forge/open-local-forge.ts';
import { createProcessRunner } from '../../src/adapters/process/process-runner.ts';
import type { ForgeUser, Permission } from '../../src/domain/forge.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ForgeStand } from '../conformance/forge-stand.ts';
import { userEnvironment, userGit, writeFiles } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

/** A local forge in a folder of its own, whose people write files with an editor and push with plain git. */
export interface LocalForgeStand extends ForgeStand {
  /** The forge's folder, and in it that of the repository. */
  readonly folder: string;
  readonly path: string;
  /** Writes a file of the repository's folder as an editor does, whatever it holds. */
  readonly write: (name: string, text: string) => void;
  readonly read: (name: string) => string;
  /** Sentences about files that were passed over. */
  readonly notices: readonly string[];
  /** The same folder, as another process opens it. */
  readonly again: () => Promise<ForgeStand['forge']>;
}

export interface LocalForgeOptions {
  readonly clock?: Clock;
  /** A git repository that the code is taken from. */
  readonly from?: string;
}

const repository = 'ada/shop';

/** As which the forge is configured. */
export const localForgeName = 'team';

export async function localForgeStand({ clock = systemClock, from }: LocalForgeOptions = {}): Promise<LocalForgeStand> {
  const temporary = await temporaryFolder('local-forge-');
  const process = createProcessRunner();
  const notices: string[] = [];
  const programs = { process, path: userEnvironment.PATH, notice: (text: string) => void notices.push(text) };
  const folder = join(temporary.path, 'forge');
  const { path, gitPath } = await localForgeFolders(clock, programs).create({ folder, repository, from, login: 'ada' });
  const again = async (): Promise<ForgeStand['forge']> => await openLocalForge(localForgeName, folder, clock, programs);
  const forge = await again();
  const clone = join(temporary.path, 'clone');
  userGit(temporary.path, 'clone', '--quiet', gitPath, clone);
  const write = (name: string, text: string): void => writeFiles(path, { [name]: text });
  const read = (name: string): string => readFileSync(join(path, name), 'utf8');
  const edit = (number: number, change: (text: string) => string): void => {
    const name = itemOf(path, number);
    write(name, change(read(name)));
  };
  const people = new Map<Permission, ForgeUser>([['admin', { id: '1', login: 'ada', isBot: false }]]);
  const setRules = (key: string, value: unknown): void =>
    write('repository.yaml', withValue(read('repository.yaml'), key, JSON.stringify(value)));

  return {
    forge,
    repository,
    git: gitPath,
    folder,
    path,
    write,
    read,
    notices,
    again,
    async person(permission) {
      const known = people.get(permission);
      if (known !== undefined) return known;
      const user = { id: String(people.size + 1), login: `${permission}-user`, isBot: false };
      people.set(permission, user);
      appendFileSync(join(path, 'people.yaml'), `- { login: ${user.login}, id: ${user.id}, permission: ${permission} }\n`);
      return user;
    },
    async writeIssue({ title, body = '', labels = [], author = { login: 'ada' } }) {
      const number =
        1 +
        Math.max(
          0,
          ...['issues', 'pulls'].flatMap((each) => readdirSync(join(path, each)).map((name) => Number.parseInt(name, 10))).filter(Boolean),
        );
      write(
        `issues/${number}.md`,
        `---\ntitle: ${JSON.stringify(title)}\nlabels: ${JSON.stringify(labels)}\nauthor: ${author.login}\n---\n${body}\n`,
      );
      return number;
    },
    async writeComment(number, author, body) {
      comment(path, number, author.login, `${body}\n`);
    },
    async putLabel(number, label) {
      edit(number, (text) => text.replace(/^labels:.*(?:\n +- .*)*$/m, (line) => withLabel(line, label)));
    },
    async closeIssue(number) {
      edit(number, closed);
    },
    async setCheck(commit, name, state, log = '') {
      write(
        `checks/${commit}/${name.replaceAll(/[^\w.-]+/g, '-')}.yaml`,
        `name: ${JSON.stringify(name)}\nstate: ${state}\nstep: run\nlog: ${JSON.stringify(log)}\n`,
      );
    },
    async commitOnBranch(branch, files, message = 'A change') {
      userGit(clone, 'fetch', '--quiet', '--prune', 'origin');
      const exists = userGit(clone, 'branch', '--remotes', '--list', `origin/${branch}`) !== '';
      userGit(clone, 'checkout', '--quiet', '--detach', `origin/${exists ? branch : 'main'}`);
      for (const [name, content] of Object.entries(files)) {
        if (content === null) rmSync(join(clone, name));
        else writeFiles(clone, { [name]: content });
      }
      userGit(clone, 'add', '--all');
      userGit(clone, 'commit', '--quiet', '--allow-empty', '-m', message);
      userGit(clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`);
      return userGit(clone, 'rev-parse', 'HEAD');
    },
    async moveBranch(branch, commit) {
      userGit(gitPath, 'update-ref', `refs/heads/${branch}`, commit);
    },
    async closePullRequest(number) {
      edit(number, closed);
    },
    async allowMethods(methods) {
      setRules('mergeMethods', methods);
    },
    async protect({ approvals, checks }) {
      setRules('protected', [{ branch: 'main', approvals: String(approvals), checks }]);
    },
    async review(number, author, state, body) {
      comment(path, number, author.login, `---\nreview: ${state}\n---\n${body}\n`);
    },
    async [Symbol.asyncDispose]() {
      await process[Symbol.asyncDispose]();
      await temporary[Symbol.asyncDispose]();
    },
  };
}

function itemOf(path: string, number: number): string {
  const kind = readdirSync(join(path, 'issues')).includes(`${number}.md`) ? 'issues' : 'pulls';
  return `${kind}/${number}.md`;
}

function comment(path: string, number: number, login: string, text: string): void {
  const folder = join(path, itemOf(path, number).replace(/\.md$/, ''));
  mkdirSync(folder, { recursive: true });
  const serial = 1 + Math.max(0, ...readdirSync(folder).map((name) => Number.parseInt(name, 10)));
  writeFileSync(join(folder, `${String(serial).padStart(4, '0')}-${login}.md`), text);
}

function closed(text: string): string {
  return /^state:/m.test(text) ? text.replace(/^state:.*$/m, 'state: closed') : text.replace(/^---\n/, '---\nstate: closed\n');
}

/** Whatever form the list has. */
function withLabel(line: string, label: string): string {
  const labels = line.includes('[')
    ? (JSON.parse(line.replace('labels:', '')) as string[])
    : line
        .split('\n')
        .slice(1)
        .map((each) => each.replace(/^ *- /, ''));
  return `labels: ${JSON.stringify([...labels, label])}`;
}

function withValue(text: string, key: string, value: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => line.startsWith(`${key}:`));
  const end = lines.findIndex((line, index) => index > at && !line.startsWith(' '));
  return [...lines.slice(0, at), `${key}: ${value}`, ...lines.slice(end)].join('\n');
}
