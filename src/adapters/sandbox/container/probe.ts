import { randomBytes } from 'node:crypto';
import { mkdtemp, mkdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ProcessResult } from '../../../ports/process.ts';
import type { ContainerParts } from './open-containers.ts';
import { openContainers } from './open-containers.ts';
import { complaint, succeeded, titles } from './engine.ts';
import type { Engine, UsableEngine } from './engine.ts';
import { stricterFilter } from './stricter-filter.ts';

const imageConfig = z.object({ Volumes: z.record(z.string(), z.unknown()).nullish(), Env: z.array(z.string()).nullish() }).nullable();

export interface Probed {
  readonly usable?: UsableEngine;
  /** In a sentence. */
  readonly detail: string;
}

/** The first engine in which a program runs as those of a world do; why none of them, otherwise. */
export async function probeEngines(
  engines: readonly Engine[],
  options: Omit<ContainerParts, 'usable'> & { readonly image: string },
): Promise<Probed> {
  const reasons: string[] = [];
  for (const engine of engines) {
    const probed = await probeEngine(engine, options);
    if (probed.usable !== undefined) return probed;
    reasons.push(probed.detail);
  }
  return { detail: reasons.join(' ') };
}

async function probeEngine(
  engine: Engine,
  { image, ...parts }: Omit<ContainerParts, 'usable'> & { readonly image: string },
): Promise<Probed> {
  const inspected = await engine.ask(['image', 'inspect', '--format', '{{json .Config}}', '--', image]);
  if (!succeeded(inspected)) return { detail: complaint(engine.name, image, inspected) };
  const usable = { engine, image, ...readConfig(inspected.stdout), filter: await filterOf(engine), isBounded: true };
  const { result, wrote } = await tryProgram({ ...parts, usable });
  const title = titles[engine.name];
  if (result.end.kind === 'exited' && result.end.code === 125) return { detail: complaint(engine.name, image, result) };
  if (result.end.kind !== 'exited' || result.end.code !== 0) return { detail: cannotRunNode(image, parts.nodePath, result) };
  if (wrote !== 'written')
    return { detail: `${title} does not show this machine's folders to its containers: what was written inside is not found outside.` };
  const asRoot = parts.user.uid === 0 ? ', as root without its powers' : '';
  // Podman without root under control groups of version 1, and Docker where the kernel lacks something, say so and go on.
  const isBounded = !/ignored|discarded/i.test(result.stderr);
  const bounds = isBounded
    ? 'held to memory, processes and processors'
    : 'which the engine does not hold to memory and processes here: they are watched';
  return {
    usable: { ...usable, isBounded },
    detail: `${title} runs each program in a container of its own from the image ${image}${asRoot}, ${bounds}.`,
  };
}

function readConfig(json: string): Pick<UsableEngine, 'volumes' | 'path'> {
  const { Volumes, Env } = imageConfig.parse(JSON.parse(json)) ?? {};
  const path = Env?.find((variable) => variable.startsWith('PATH='))?.slice('PATH='.length) ?? '';
  return { volumes: Object.keys(Volumes ?? {}), path: path.split(':').filter((folder) => folder.startsWith('/')) };
}

/** Where the engine's own filter can be read (Podman keeps it in a file, Docker in its program), a stricter one; that of Docker is strict already. */
async function filterOf(engine: Engine): Promise<string | undefined> {
  if (engine.name !== 'podman') return undefined;
  const told = await engine.ask(['info', '--format', '{{.Host.Security.SECCOMPProfilePath}}']);
  const path = told.stdout.trim();
  if (!succeeded(told) || !path.startsWith('/')) return undefined;
  try {
    return stricterFilter(await readFile(path, 'utf8'));
  } catch {
    // It belongs to another machine, or is of a kind that we do not know: the engine uses it as it is.
    return undefined;
  }
}

function cannotRunNode(image: string, nodePath: string, { end, stderr }: ProcessResult): string {
  const how = end.kind === 'exited' ? `exit code ${end.code}` : end.kind;
  const said = stderr
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 200);
  return `The image ${image} does not run the Node of Miyabi (${nodePath}: ${how}${said === '' ? '' : `, ${said}`}): use an image with /bin/sh, env and glibc, such as those of Debian, Ubuntu or Fedora.`;
}

/** A program of a world as any other: our Node, a folder to write, limits. */
async function tryProgram(parts: ContainerParts): Promise<{ readonly result: ProcessResult; readonly wrote: string | undefined }> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'miyabi-probe-')));
  try {
    const [scratch, writable] = [join(folder, 'scratch'), join(folder, 'writable')];
    await mkdir(scratch);
    await mkdir(writable);
    await using open = openContainers(
      {
        name: `probe-${randomBytes(6).toString('hex')}`,
        writable: [writable],
        protected: [],
        readable: [],
        hidden: [],
        scratch,
        limits: { memoryBytes: 512 * 1024 * 1024, processes: 64, cpus: 1, diskBytes: 16 * 1024 * 1024, outputBytes: 1024 * 1024 },
        egress: undefined,
        group: undefined,
        tell: () => undefined,
      },
      parts,
    );
    const request = open.confine({
      command: [parts.nodePath, '-e', "require('fs').writeFileSync('answer', 'written')"],
      cwd: writable,
      env: {},
      timeoutMs: 60_000,
    });
    const result = await parts.usable.engine.run(request);
    return { result, wrote: await readFile(join(writable, 'answer'), 'utf8').catch(() => undefined) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
