import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { measurement } from '../support/child.ts';

/** Who follows what. */
export interface StreamLoad {
  readonly url: string;
  readonly token: string;
  readonly run: string;
  readonly clients: number;
  readonly followsLogs: boolean;
  readonly seconds: number;
}

export interface StreamHeard {
  /** From the moment that an event tells to when it was heard, of every event and client; in ms. */
  readonly eventMs: readonly number[];
  /** From the moment at which a line was printed to when it was heard; of each piece the oldest line, of every tenth client. */
  readonly lineMs: readonly number[];
  readonly lines: number;
  readonly skipped: number;
}

/** Only what comes once all are connected counts. */
export const streamClients = measurement(import.meta, async (load: StreamLoad): Promise<StreamHeard> => {
  const heard = { eventMs: [] as number[], lineMs: [] as number[], lines: 0, skipped: 0 };
  let counts = false;
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const listening = Array.from({ length: load.clients }, async (_, index) => {
    const answer = await connected(load, agent);
    answer.setEncoding('utf8');
    let text = '';
    answer.on('data', (piece: string) => {
      const messages = (text + piece).split('\n\n');
      text = messages.pop() ?? '';
      if (!counts) return;
      for (const message of messages) hear(message, index % 10 === 0);
    });
    answer.on('error', () => undefined);
    return answer;
  });

  function hear(message: string, isLookedAt: boolean): void {
    const now = Date.now();
    const [, data] = /^data: (.*)$/m.exec(message) ?? [];
    if (data === undefined) return;
    if (!message.startsWith('event: log')) return void heard.eventMs.push(now - (JSON.parse(data) as { readonly at: number }).at);
    const { lines, skipped = 0 } = JSON.parse(data) as { readonly lines: readonly string[]; readonly skipped?: number };
    heard.lines += lines.length + skipped;
    heard.skipped += skipped;
    if (isLookedAt && lines[0] !== undefined) heard.lineMs.push(now - Number.parseInt(lines[0], 10));
  }

  const answers = await Promise.all(listening);
  // The first pieces say where logs stand.
  await wait(1_000);
  counts = true;
  await wait(load.seconds * 1_000);
  counts = false;
  for (const answer of answers) answer.destroy();
  return heard;
});

function connected({ url, token, run, followsLogs }: StreamLoad, agent: Agent): Promise<IncomingMessage> {
  const address = `${url}/api/v1/events${followsLogs ? `?logs=${run}` : ''}`;
  return new Promise((resolve, reject) => {
    get(address, { agent, headers: { authorization: `Bearer ${token}` } }, (answer) => {
      if (answer.statusCode === 200) resolve(answer);
      else reject(new Error(`${address} answered ${answer.statusCode}`));
    }).on('error', reject);
  });
}
