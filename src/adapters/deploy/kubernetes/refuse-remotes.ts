import { readFile, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { isNode, parseAllDocuments, visit } from 'yaml';
import type { Document } from 'yaml';
import { DeployRefused } from '../../../ports/deployer.ts';

/** The names that kustomize looks for in a folder. */
export const kustomizations: readonly string[] = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** More, and larger, than anybody writes by hand. */
const mostFiles = 200;
const mostBytes = 1024 * 1024;

const mostNames = 10_000;
/** Of errors: there is nothing, or could not be. */
const noPath: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'ERR_INVALID_ARG_VALUE']);

/** Fields whose text becomes part of an object, or says which object is meant: kustomize opens none of it. */
const plainFields: ReadonlySet<string> = new Set(
  `apiVersion kind metadata name namespace namePrefix nameSuffix commonLabels commonAnnotations labels images vars replicas buildMetadata
  generatorOptions sortOptions literals behavior type options patch target source targets`.split(/\s+/),
);
/** Fields that name objects which are programs of kustomize, or hold them: these name files of their own. */
const programFields: ReadonlySet<string> = new Set(['generators', 'transformers', 'validators']);

/**
 * What kustomize takes for an address: a scheme, a host with an account before it, GitHub, or what is asked of a repository. In `files` of a
 * generator a key stands before it.
 */
const remote = /[:?]|^(?:[^=]*=)?\s*(?:[^/]*@[^/]*\/|(?:www\.)?github\.com(?:\/|$))/i;

/** What a string of a kustomization stands for. */
type Named = { readonly kind: 'path' | 'program'; readonly text: string };

/**
 * Looks through every kustomization that kustomize would read from this one on, as it would, before it runs: what they name has to lie in the release. It
 * would fetch an address by itself, with our network.
 *
 * @param root of the release, and `folder` in it: real paths.
 * @throws DeployRefused for what names something elsewhere, or cannot be read.
 */
export async function refuseRemotes(root: string, folder: string): Promise<void> {
  const ahead = [folder];
  const seen = new Set(ahead);
  const open = (path: string): void => {
    if (seen.has(path)) return;
    if (seen.size >= mostFiles) throw new DeployRefused(`The kustomization leads to more than ${mostFiles} others.`);
    seen.add(path);
    ahead.push(path);
  };
  for (let next = ahead.shift(); next !== undefined; next = ahead.shift()) {
    for (const name of (await readdir(next)).filter((one) => kustomizations.includes(one))) {
      const file = join(next, name);
      for (const named of namedIn(await textOf(root, file), relative(root, file), false)) await follow(root, file, named, open);
    }
  }
}

/** Refuses an address; leads on to a folder, and through a file of programs. */
async function follow(root: string, from: string, { kind, text }: Named, open: (folder: string) => void): Promise<void> {
  const where = relative(root, from);
  if (remote.test(text))
    throw new DeployRefused(`${where} names ${quoted(text)}, which is not part of the release: put what it needs into the repository.`);
  const path = await realpath(resolve(dirname(from), text)).catch((error: NodeJS.ErrnoException) => {
    // What is not there is for kustomize to say, and a text that is no path too.
    if (noPath.has(error.code)) return undefined;
    throw error;
  });
  if (path === undefined) return;
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder && path !== root && !path.startsWith(`${root}/`))
    throw new DeployRefused(`${where} leads out of the release: ${quoted(text)}.`);
  if (kind === 'path') {
    if (isFolder) open(path);
    return;
  }
  if (isFolder)
    throw new DeployRefused(`${where} names the folder ${quoted(text)} where only files of transformers and generators are taken.`);
  for (const named of namedIn(await textOf(root, path), relative(root, path), true)) await follow(root, from, named, open);
}

async function textOf(root: string, path: string): Promise<string> {
  const real = await realpath(path);
  const name = relative(root, path);
  if (!real.startsWith(`${root}/`)) throw new DeployRefused(`${name} leads out of the release.`);
  if ((await stat(real)).size > mostBytes) throw new DeployRefused(`${name} is larger than ${mostBytes} bytes.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(real));
  } catch (error) {
    if (error instanceof TypeError) throw new DeployRefused(`${name} is no text in UTF-8.`, { cause: error });
    throw error;
  }
}

/** @param isProgram for what is no kustomization, but programs of kustomize: every text in them may be a path. */
function namedIn(text: string, name: string, isProgram: boolean): readonly Named[] {
  const found: Named[] = [];
  const add = (value: unknown, kind: Named['kind']): void => {
    if (typeof value === 'string') {
      // No address has several lines; a program may be written into the kustomization itself.
      if (!value.includes('\n')) found.push({ kind, text: value });
      else if (kind === 'program') found.push(...namedIn(value, name, true));
    } else if (Array.isArray(value)) {
      for (const one of value) add(one, kind);
    } else if (typeof value === 'object' && value !== null) {
      for (const [field, inner] of Object.entries(value)) {
        if (isProgram) add(inner, 'path');
        else if (!plainFields.has(field)) add(inner, programFields.has(field.toLowerCase()) ? 'program' : kind);
      }
    }
  };
  for (const value of valuesIn(text, name)) add(value, 'path');
  if (found.length > mostNames) throw new DeployRefused(`${name} names more than ${mostNames} files.`);
  return found;
}

/** Tags are refused: kustomize decodes some of them, and would see another text. */
function valuesIn(text: string, name: string): readonly unknown[] {
  return parseAllDocuments(text).map((document) => {
    const fault = document.errors[0] ?? document.warnings[0];
    if (fault !== undefined) throw new DeployRefused(`${name} cannot be read: ${fault.message.split('\n', 1)[0] ?? ''}`);
    if (hasTags(document)) throw new DeployRefused(`${name} holds a tag of YAML, which no kustomization needs: take it out.`);
    try {
      return document.toJS({ maxAliasCount: 100 }) as unknown;
    } catch (error) {
      throw new DeployRefused(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  });
}

function hasTags(document: Document): boolean {
  let found = false;
  visit(document, (_key, node) => {
    if (!isNode(node) || !('tag' in node) || node.tag === undefined) return undefined;
    found = true;
    return visit.BREAK;
  });
  return found;
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
