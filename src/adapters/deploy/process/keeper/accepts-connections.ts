import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** @param url asked for anew each time: what is started again may be elsewhere. @returns whether somebody listens there, at the latest after `ms`. */
export async function acceptsConnections(url: () => string, ms: number): Promise<boolean> {
  const until = performance.now() + ms;
  for (;;) {
    if (await canConnect(new URL(url()))) return true;
    if (performance.now() > until) return false;
    await delay(50);
  }
}

async function canConnect({ hostname, port }: URL): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? 80 : port) });
    const answer = (connected: boolean): void => {
      socket.destroy();
      resolve(connected);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.setTimeout(1_000, () => answer(false));
  });
}
