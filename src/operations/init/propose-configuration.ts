import { Failure } from '../../domain/failure.ts';
import { checksFoundAt } from '../../workflow/plan-checks.ts';
import type { OperationTools } from '../tools.ts';
import { configurationText } from './configuration-text.ts';
import type { PeersFound } from './peers.ts';
import { readPeers } from './peers.ts';

/** What a person may decide while a configuration is made. */
export interface ConfigurationWishes {
  /** Parallel worlds. */
  readonly worlds: number;
}

/** A configuration that fits a project as it stands at its HEAD. */
export interface ProposedConfiguration extends PeersFound {
  /** Of the repository. */
  readonly root: string;
  /** Files of ours that are there already, relative to it. */
  readonly existing: readonly string[];
  /** Such as `node`. */
  readonly ecosystem: string;
  /** What is known of how it is checked, by the names of the keys. */
  readonly found: Readonly<Record<string, string>>;
  /** Of the file, for what was wished. */
  readonly text: (wishes: ConfigurationWishes) => string;
}

const ours = ['miyabi.config.json', 'miyabi.config.yaml', 'miyabi.config.yml'];

/** Looks at a repository, and at the files of other tools in it. @throws Failure (usage) where there is none, or nothing was ever committed. */
export async function proposeConfiguration(tools: OperationTools, folder: string): Promise<ProposedConfiguration> {
  const git = await tools.git();
  const inspection = await git.inspect(folder);
  if (inspection.kind !== 'repository') {
    throw new Failure('usage', {
      what: `${folder} is no git repository with a commit.`,
      why: 'What a project is made of is read from its last commit.',
      fix: 'Call it in the folder of one, or name it with --repo; `git init` and a first commit make one.',
    });
  }
  const { root, head } = inspection;
  const { id } = await tools.ledger.repository(root);
  const mirror = await git.mirror(tools.state.mirror(id), root, head);
  const files = new Set(await mirror.listFiles(head));
  const peers = await readPeers(async (path) => (files.has(path) ? await mirror.readFile(head, path) : undefined));
  const { ecosystem, ...plan } = await checksFoundAt(mirror, head);
  const commands = (['install', 'build', 'typeCheck', 'test', 'lint', 'format'] as const).flatMap((name) => {
    const command = plan[name];
    return command === undefined ? [] : [[name, command.shown] as const];
  });
  const found = Object.fromEntries(commands);
  return {
    ...peers,
    root,
    existing: ours.filter((name) => files.has(name)),
    ecosystem,
    found,
    text: ({ worlds }) => configurationText({ worlds, found, ecosystem, imported: peers.imported }),
  };
}
