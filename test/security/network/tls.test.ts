import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { wayOut } from './stand.ts';
import type { WayOut } from './stand.ts';

/** Notes what arrives; a handshake is never answered. */
const arrived: string[] = [];
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (data) => {
    arrived.push(data.toString('latin1'));
    socket.end('seen');
  });
});
let out: WayOut;
let port = 0;

beforeAll(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  ({ port } = server.address() as AddressInfo);
  out = await wayOut([`shared.test:${port}`, `127.0.0.1:${port}`], {
    resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
  });
});
afterAll(async () => {
  await out[Symbol.asyncDispose]();
  await once(server.close(), 'close');
});

async function greet(
  authority: string,
  servername: string | undefined,
): Promise<{ readonly arrived: number; readonly why: string | undefined }> {
  const before = { arrived: arrived.length, decisions: out.decisions.length };
  const tunnel = out.socket();
  tunnel.write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  await once(tunnel, 'data');
  const client = connect({ socket: tunnel, ...(servername === undefined ? {} : { servername }) });
  client.on('error', () => client.destroy());
  await new Promise((resolve) => client.once('close', resolve));
  const told = out.decisions.slice(before.decisions).find((decision) => !decision.allowed);
  return { arrived: arrived.length - before.arrived, why: told?.why };
}

describe('many names are served from one address: what is meant is in the greeting of TLS', () => {
  test('a greeting for the host of the tunnel passes', async () => {
    expect(await greet(`shared.test:${port}`, 'shared.test')).toEqual({ arrived: 1, why: undefined });
    expect(await greet(`shared.test:${port}`, 'SHARED.test')).toEqual({ arrived: 1, why: undefined });
  });

  test('a greeting for another name, or for none, does not', async () => {
    expect(await greet(`shared.test:${port}`, 'evil.test')).toEqual({
      arrived: 0,
      why: 'the greeting inside of the tunnel names another server',
    });
    expect(await greet(`shared.test:${port}`, undefined)).toEqual({ arrived: 0, why: 'the greeting inside of the tunnel names no server' });
  });

  test('an IP address that is listed serves whatever it serves', async () => {
    expect(await greet(`127.0.0.1:${port}`, undefined)).toEqual({ arrived: 1, why: undefined });
  });

  test('what only begins like TLS does not pass, and what is not TLS does', async () => {
    const request = `CONNECT shared.test:${port} HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect(await out.say(`${request}\x16\x03\x01\x00\x04\x02\x00\x00\x00`)).not.toContain('seen');
    expect(out.decisions.at(-1)).toMatchObject({
      allowed: false,
      host: 'shared.test',
      why: 'the greeting inside of the tunnel is not proper TLS',
    });
    expect(await out.say(`${request}SSH-2.0-test\r\n`)).toMatch(/seen$/);
  });
});
