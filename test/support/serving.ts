import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { endOfCommand, inSentences, startMiyabi } from './miyabi.ts';
import type { MiyabiOptions } from './miyabi.ts';

export interface Service extends AsyncDisposable {
  readonly url: string;
  readonly signIn: string;
}

/** `miyabi serve`, once it takes runs; stopped at the end in good order. */
export async function serving(options: MiyabiOptions): Promise<Service> {
  const service = startMiyabi(['serve', '--listen', '127.0.0.1:0', '--drain', '1'], inSentences(options));
  const said: string[] = [];
  const urls: string[] = [];
  for await (const line of createInterface({ input: service.stderr })) {
    said.push(line);
    urls.push(...(/^(?:Answers at|A browser signs in once, within five minutes:) (http:\S+?):?(?: |$)/.exec(line)?.slice(1) ?? []));
    if (line.startsWith('Takes runs')) break;
  }
  service.stderr.resume();
  const [url, signIn] = urls;
  if (url === undefined || signIn === undefined) throw new Error(said.join('\n'));
  return {
    url,
    signIn,
    [Symbol.asyncDispose]: async () => {
      service.kill('SIGTERM');
      expect((await endOfCommand(service)).code).toBe(0);
    },
  };
}
