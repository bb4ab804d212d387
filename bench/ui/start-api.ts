import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The API on a state folder, in a process of its own that goes with it. */
export async function startApi(state: string) {
  const program = fork(fileURLToPath(new URL('api-program.ts', import.meta.url)), [state], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ url, token }] = (await once(program, 'message')) as [{ readonly url: string; readonly token: string }];
  return {
    ask: async (path: string) => {
      const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
      if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
      return (await answer.json()) as { readonly next: string | null };
    },
    processorMs: async () => {
      program.send('how much');
      const [{ user, system }] = (await once(program, 'message')) as [NodeJS.CpuUsage];
      return (user + system) / 1_000;
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(program, 'exit');
      program.disconnect();
      await ended;
    },
  };
}
