import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import type { ProgramName } from '../../src/ports/programs.ts';

interface Package {
  readonly npm: string;
  readonly version: string;
  /** Its command in `node_modules/.bin`. */
  readonly command: string;
}

/** What is tried, exactly. */
export const packages: Readonly<Record<ProgramName, Package>> = {
  'claude-code': { npm: '@anthropic-ai/claude-code', version: '2.1.329', command: 'claude' },
  codex: { npm: '@openai/codex', version: '0.169.0', command: 'codex' },
  opencode: { npm: 'opencode-ai', version: '1.18.33', command: 'opencode' },
  gemini: { npm: '@google/gemini-cli', version: '0.61.0', command: 'gemini' },
  'claude-code-acp': { npm: '@agentclientprotocol/claude-agent-acp', version: '0.100.0', command: 'claude-agent-acp' },
  'codex-acp': { npm: '@agentclientprotocol/codex-acp', version: '2.6.0', command: 'codex-acp' },
};

const minute = 60_000;

/**
 * Installs a program into a folder of its own below the cache, once; their install scripts run, because two of them put their program in place
 * by one.
 *
 * @returns where it lies.
 */
export async function install(name: ProgramName, say: (line: string) => void): Promise<string> {
  const { npm, version, command } = packages[name];
  const folder = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'miyabi-agents', name);
  const program = join(folder, 'node_modules/.bin', command);
  if (installedVersion(folder, npm) === version && existsSync(program)) return program;
  say(`installing ${npm}@${version} (up to 450 MB) into ${folder}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), `${JSON.stringify({ private: true })}\n`);
  // On an older Node npm would quietly take older versions of what they need.
  await execa('npm', ['install', '--save-exact', '--no-audit', '--no-fund', `${npm}@${version}`], {
    cwd: folder,
    env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
    timeout: 10 * minute,
  });
  return program;
}

function installedVersion(folder: string, npm: string): string | undefined {
  const manifest = join(folder, 'node_modules', npm, 'package.json');
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as { readonly version: string }).version : undefined;
}
