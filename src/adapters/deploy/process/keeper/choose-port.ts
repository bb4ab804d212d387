import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of those would often be taken again before the release listens there. */
const lowest = 20_000;
const highest = 32_000;

/** @returns a port of this machine at which nobody listens. @param wished is taken where it is free. */
export async function choosePort(wished: number | undefined, taken: readonly number[]): Promise<number> {
  if (wished !== undefined && (await isFree(wished))) return wished;
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (!taken.includes(port) && (await isFree(port))) return port;
  }
}

async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
