import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { git, makeProject, miyabi, startMiyabi } from './miyabi.ts';

/** A repository at a forge that is a folder, as its people see it. */
export interface SiteRepository {
  /** `owner/name`. */
  readonly name: string;
  /** The bare repository. */
  readonly gitPath: string;
  /** Writes an issue as an editor does. @returns its number. */
  openIssue(issue: { readonly title: string; readonly body: string; readonly labels?: readonly string[] }): Promise<number>;
  /** Of an issue: `open` or `closed`, and its labels. */
  stateOf(number: number): Promise<{ readonly state: string; readonly labels: readonly string[] }>;
  /** The branches of its open pull requests. */
  openBranches(): Promise<readonly string[]>;
  /** Says how a check of a commit stands. */
  setCheck(commit: string, name: string, state: 'passed' | 'failed'): Promise<void>;
}

/** One user's machine: a forge with repositories, their own configuration, and a state folder. */
export interface ForgeSite {
  readonly folder: string;
  /** What commands are started with. */
  readonly options: { readonly cwd: string; readonly state: string; readonly env: Readonly<Record<string, string>> };
  readonly repositories: readonly SiteRepository[];
  /** Writes the user's own configuration anew; what runs does not hear of it. */
  configure(configuration: Readonly<Record<string, unknown>>): Promise<void>;
  /** Starts a command in the name of its user, who is not at a terminal. */
  start(args: readonly string[]): ReturnType<typeof startMiyabi>;
}

/** Under which the forge is configured. */
const forgeName = 'team';

/**
 * @param folder that is there, and empty.
 * @param projects the files of each, by the name of its repository.
 * @param configuration the user's own, besides where the forge lies.
 */
export async function forgeSite(
  folder: string,
  projects: Readonly<Record<string, Readonly<Record<string, string>>>>,
  configuration: Readonly<Record<string, unknown>>,
): Promise<ForgeSite> {
  const state = join(folder, 'state');
  const forge = join(folder, 'forge');
  const home = join(folder, 'home');
  const configurationFolder = join(folder, 'config');
  await mkdir(join(configurationFolder, 'miyabi'), { recursive: true });
  await mkdir(home);
  await mkdir(state);
  const configure = async (own: Readonly<Record<string, unknown>>): Promise<void> => {
    const all = { ...own, forge: { sweepSeconds: 1, local: { [forgeName]: forge } } };
    await writeFile(join(configurationFolder, 'miyabi', 'config.yaml'), stringify(all));
  };
  await configure(configuration);
  const env = { XDG_CONFIG_HOME: configurationFolder, HOME: home, USER: 'ada' };
  const options = { cwd: folder, state, env };
  const repositories: SiteRepository[] = [];
  for (const [name, files] of Object.entries(projects)) {
    const project = await makeProject(join(folder, 'projects', name), files);
    const made = await miyabi(['forge', 'init', forge, '--repo', name, '--from', project], options);
    if (made.code !== 0) throw new Error(`the forge was not made: ${made.stderr}`);
    repositories.push(repositoryAt(forge, name));
  }
  return { folder, options, repositories, configure, start: (args) => startMiyabi(args, options) };
}

function repositoryAt(forge: string, name: string): SiteRepository {
  const path = join(forge, name);
  const read = async (file: string): Promise<string> => await readFile(join(path, file), 'utf8');
  return {
    name,
    gitPath: `${path}.git`,
    async openIssue({ title, body, labels = ['miyabi'] }) {
      const numbers = (await Promise.all(['issues', 'pulls'].map(async (each) => await readdir(join(path, each))))).flat();
      const number = 1 + Math.max(0, ...numbers.map((file) => Number.parseInt(file, 10)).filter((each) => !Number.isNaN(each)));
      const front = `---\ntitle: ${JSON.stringify(title)}\nlabels: ${JSON.stringify(labels)}\n---\n`;
      await writeFile(join(path, 'issues', `${number}.md`), `${front}${body}\n`);
      return number;
    },
    async stateOf(number) {
      const text = await read(`issues/${number}.md`);
      const labels = /^labels:(.*(?:\n +- .*)*)$/m.exec(text)?.[1] ?? '';
      return {
        state: /^state: *(\w+)/m.exec(text)?.[1] ?? 'open',
        labels: labels.match(/[\w:][\w:-]*/g) ?? [],
      };
    },
    async openBranches() {
      const names = (await readdir(join(path, 'pulls'))).filter((each) => /^\d+\.md$/.test(each));
      const texts = await Promise.all(names.map(async (each) => await read(`pulls/${each}`)));
      return texts.filter((text) => /^state: *open/m.test(text)).flatMap((text) => /^head: *(\S+)/m.exec(text)?.[1] ?? []);
    },
    async setCheck(commit, check, state) {
      await mkdir(join(path, 'checks', commit), { recursive: true });
      await writeFile(join(path, 'checks', commit, `${check}.yaml`), `name: ${check}\nstate: ${state}\nstep: run\n`);
    },
  };
}

/** The commit of a branch of a bare repository; undefined where it is not there. */
export async function headOf({ gitPath }: SiteRepository, branch: string): Promise<string | undefined> {
  const heads = await git(gitPath, 'for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
  return heads.trim() === '' ? undefined : heads.trim();
}
