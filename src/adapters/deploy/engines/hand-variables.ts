import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DeployRefused } from '../../../ports/deployer.ts';
import { isReadByPrograms } from '../program-environment.ts';

type Variables = Readonly<Record<string, string>>;

/** How a container gets its variables without any of their values among the arguments of a program, where everybody on the machine could read them. */
export interface HandedVariables extends AsyncDisposable {
  readonly options: readonly string[];
  /** For the client of the engine, which hands on what it is told to. */
  readonly env: Variables;
}

/**
 * Through the environment of the engine's client; what the client would go by itself (`HTTP_PROXY`, for instance) through a file that only its
 * user may read and that is removed at disposal.
 *
 * @param folder of the environment.
 * @throws DeployRefused for a variable that can be handed over in neither way.
 */
export async function handVariables(variables: Variables, folder: string): Promise<HandedVariables> {
  const all = Object.entries(variables);
  const named = all.filter(([name]) => !isReadByPrograms(name));
  const filed = all.filter(([name]) => isReadByPrograms(name));
  const wrong = filed.find(([, value]) => /[\r\n]/.test(value));
  if (wrong !== undefined)
    throw new DeployRefused(
      `The variable ${wrong[0]} has more than one line, which no engine takes for a variable that it goes by itself.`,
    );
  const options = named.flatMap(([name]) => ['--env', name]);
  if (filed.length === 0) return { options, env: Object.fromEntries(named), [Symbol.asyncDispose]: () => Promise.resolve() };
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const left = (await readdir(folder)).filter((entry) => entry.startsWith('variables-'));
  for (const entry of left) await rm(join(folder, entry), { recursive: true, force: true });
  const place = await mkdtemp(join(folder, 'variables-'));
  const file = join(place, 'env');
  await writeFile(file, filed.map(([name, value]) => `${name}=${value}\n`).join(''), { mode: 0o600 });
  return {
    options: [...options, '--env-file', file],
    env: Object.fromEntries(named),
    [Symbol.asyncDispose]: () => rm(place, { recursive: true, force: true }),
  };
}
