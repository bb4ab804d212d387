import { open } from 'node:fs/promises';

/**
 * What starts the program at a path.
 *
 * @param nodePath runs it where it is a script for Node; everything else is started by itself, and finds what it asks for on its PATH.
 */
export async function commandOf(path: string, nodePath: string): Promise<readonly [string, ...string[]]> {
  return isForNode(await firstLine(path)) ? [nodePath, path] : [path];
}

/** `#!/usr/bin/env node`, `#!/usr/bin/env -S node --flag`, `#!/usr/local/bin/node`. Options on such a line are taken to be dispensable. */
function isForNode(line: string): boolean {
  const [program = '', ...rest] = line.replace(/^#!\s*/, '').split(/\s+/);
  if (!line.startsWith('#!')) return false;
  const called = program.endsWith('/env') ? rest.find((word) => !word.startsWith('-') && !word.includes('=')) : program;
  return called?.split('/').at(-1) === 'node';
}

async function firstLine(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(256), 0, 256, 0);
    return buffer.toString('latin1', 0, bytesRead).split('\n')[0] ?? '';
  } finally {
    await file.close();
  }
}
