/** A value of ours that a file of another tool holds. */
export interface Imported {
  readonly key: 'worlds.setup' | 'worlds.teardown' | 'checks.test' | 'checks.lint';
  readonly value: string;
  /** The file, and where in it. */
  readonly from: string;
}

/** What was found in the files of other tools. */
export interface PeersFound {
  readonly imported: readonly Imported[];
  /** What was left where it is, and why, a sentence each. */
  readonly left: readonly string[];
}

/** A file of another tool, and what of it means the same here. Texts are foreign: whatever cannot be read is told and left. */
interface Peer {
  readonly path: string;
  readonly read: (text: string) => Promise<PeersFound>;
}

const copilotPath = '.github/workflows/copilot-setup-steps.yml';

/** In the order in which they count: of two values for one key the first is taken. */
const peers: readonly Peer[] = [
  fromFields('conductor.json', { 'scripts.setup': 'worlds.setup', 'scripts.archive': 'worlds.teardown' }),
  fromFields('.cursor/environment.json', { install: 'worlds.setup' }),
  fromFields('.devcontainer/devcontainer.json', { postCreateCommand: 'worlds.setup' }),
  fromFields('.aider.conf.yml', { 'test-cmd': 'checks.test', 'lint-cmd': 'checks.lint' }, ['model']),
  { path: '.openhands/setup.sh', read: async () => await Promise.resolve(openHands) },
  { path: copilotPath, read: copilotSteps },
  leaves('.coderabbit.yaml', 'paths that a review leaves out have no counterpart, every change is judged as a whole'),
  leaves('AGENTS.md', 'agents read it themselves'),
  leaves('CLAUDE.md', 'agents read it themselves'),
];

const openHands: PeersFound = {
  imported: [{ key: 'worlds.setup', value: 'bash .openhands/setup.sh', from: '.openhands/setup.sh' }],
  left: [],
};

/** Reads the files of other tools that there are. @param read a file's text; undefined where it is absent. */
export async function readPeers(read: (path: string) => Promise<string | undefined>): Promise<PeersFound> {
  const imported: Imported[] = [];
  const left: string[] = [];
  for (const peer of peers) {
    const text = await read(peer.path);
    if (text === undefined) continue;
    const found = await peer.read(text).catch((): PeersFound => ({ imported: [], left: [`${peer.path}: it cannot be read`] }));
    for (const one of found.imported) {
      const before = imported.find(({ key }) => key === one.key);
      if (before === undefined) imported.push(one);
      else if (before.value !== one.value) left.push(`${one.from}: ${one.key} is taken from ${before.from}`);
    }
    left.push(...found.left);
  }
  return { imported, left };
}

function leaves(path: string, why: string): Peer {
  return { path, read: async () => await Promise.resolve({ imported: [], left: [`${path}: ${why}`] }) };
}

/** Fields that hold a command each. @param others fields that only the user may set here. */
function fromFields(path: string, fields: Readonly<Record<string, Imported['key']>>, others: readonly string[] = []): Peer {
  return {
    path,
    read: async (text) => {
      const document = await parse(text);
      const imported = Object.entries(fields).flatMap(([field, key]) => {
        const command = commandIn(at(document, field));
        return command === undefined ? [] : [{ key, value: command, from: `${path}, ${field}` }];
      });
      const left = others
        .filter((field) => at(document, field) !== undefined)
        .map((field) => `${path}: ${field} is yours to set, in your own configuration`);
      return { imported, left };
    },
  };
}

async function copilotSteps(text: string): Promise<PeersFound> {
  const steps = at(await parse(text), 'jobs.copilot-setup-steps.steps');
  const all: readonly unknown[] = Array.isArray(steps) ? steps : [];
  const commands = all.flatMap((step) => commandIn(at(step, 'run')) ?? []);
  const uses = all.flatMap((step) => commandIn(at(step, 'uses')) ?? []);
  return {
    imported: commands.length === 0 ? [] : [{ key: 'worlds.setup', value: commands.join(' && '), from: copilotPath }],
    left: uses.length === 0 ? [] : [`${copilotPath}: the actions that it uses (${uses.join(', ')}) are not run here`],
  };
}

/** JSON, JSON with lines of comments, or YAML: one reader does for all. */
async function parse(text: string): Promise<unknown> {
  const { parse: read } = await import('yaml');
  return read(text.replaceAll(/^\s*\/\/.*$/gm, ''), { maxAliasCount: 20 }) as unknown;
}

function at(document: unknown, path: string): unknown {
  const inner = (value: unknown, name: string): unknown =>
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
  return path.split('.').reduce(inner, document);
}

/** One line for `sh -c`. */
function commandIn(found: unknown): string | undefined {
  const text = Array.isArray(found) && found.every((word) => typeof word === 'string') ? found.join(' ') : found;
  if (typeof text !== 'string') return undefined;
  const lines = text.split('\n').map((line) => line.trim());
  const command = lines.filter((line) => line !== '' && !line.startsWith('#')).join(' && ');
  return command === '' ? undefined : command;
}
