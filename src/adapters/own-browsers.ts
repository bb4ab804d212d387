import { spawn } from 'node:child_process';
import type { Browsers } from '../ports/browsers.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A program that shows an address ends at once; one that is still there after so long is the browser itself, in ms. */
const patienceMs = 3_000;

/** The browser that the system opens addresses with, or that `BROWSER` names. It is no program of ours: it gets the whole environment, and stays. */
export function ownBrowsers(environment: Environment, platform: NodeJS.Platform): Browsers {
  return {
    async show(url) {
      const program = programOf(environment, platform);
      if (program === undefined) return false;
      const child = spawn(program, [url], { stdio: 'ignore', detached: true, env: environment as NodeJS.ProcessEnv });
      return await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(true), patienceMs);
        const end = (isShown: boolean): void => {
          clearTimeout(timer);
          resolve(isShown);
        };
        child.once('error', () => end(false));
        child.once('exit', (code) => end(code === 0));
        child.unref();
      });
    },
  };
}

function programOf(environment: Environment, platform: NodeJS.Platform): string | undefined {
  if (environment['BROWSER']) return environment['BROWSER'];
  if (platform === 'darwin') return 'open';
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? 'xdg-open' : undefined;
}
