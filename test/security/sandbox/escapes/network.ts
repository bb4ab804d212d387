import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import type { Escape } from '../escape.ts';
import { node, python, sh } from '../escape.ts';

const connecting = (target: string): string => `
const socket = require('net').connect(${target});
socket.setTimeout(500);
socket.on('connect', () => console.log('ESCAPED'));
socket.on('data', (data) => console.log(String(data)));
socket.on('error', () => undefined);
socket.on('timeout', () => socket.destroy());
socket.on('close', () => console.log('tried'));`;

const family = (what: string, args: string): Escape => ({
  tries: `opens a socket ${what}`,
  program: () =>
    python(`
import socket
try: socket.socket(${args}); print('ESCAPED')
except OSError: pass
print('tried')`),
});

/** There is no way out in these: the way that is opened on purpose has tests of its own. */
export const network: readonly Escape[] = [
  {
    tries: 'connects to a service of the machine',
    control: true,
    program: ({ services }) => node(connecting(`{ host: '127.0.0.1', port: ${services.port} }`)),
  },
  {
    tries: 'connects to a service of the machine by IPv6',
    program: ({ services }) => node(connecting(`{ host: '::1', port: ${services.port6 ?? services.port} }`)),
  },
  {
    tries: 'connects to a service of the machine by another of its addresses',
    program: ({ services }) =>
      node(
        Object.values(networkInterfaces())
          .flat()
          .filter((one) => one?.internal === false)
          .map((one) => `{${connecting(`{ host: '${one?.address}', port: ${services.port} }`)}}`)
          .join('\n') || `console.log('tried')`,
      ),
  },
  { tries: 'connects to 0.0.0.0', program: ({ services }) => node(connecting(`{ host: '0.0.0.0', port: ${services.port} }`)) },
  {
    tries: 'connects to a socket file of the machine',
    control: true,
    program: ({ services }) => node(connecting(`{ path: '${services.socket}' }`)),
  },
  {
    tries: 'connects to a socket without a file',
    control: true,
    program: ({ services }) => node(connecting(`{ path: '\\0${services.abstract}' }`)),
  },
  ...['169.254.169.254', 'fd00:ec2::254', '100.100.100.200', '192.0.2.1', '2001:db8::1'].map((host): Escape => ({
    tries: `connects to ${host}`,
    program: () => node(connecting(`{ host: '${host}', port: 80 }`)),
  })),
  {
    tries: 'asks for names, by every way there is',
    program: () =>
      python(`
import socket
for name in ('example.com', 'localhost.localdomain.example', 'metadata.google.internal'):
    try: socket.getaddrinfo(name, 80); print('ESCAPED')
    except OSError: pass
for server in ('8.8.8.8', '1.1.1.1', '127.0.0.53'):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.settimeout(0.2)
    try:
        s.sendto(b'\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0\\x07example\\x03com\\0\\0\\x01\\0\\x01', (server, 53)); s.recv(512); print('ESCAPED')
    except OSError: pass
print('tried')`),
  },
  {
    tries: 'still knows itself by name, which programs need',
    program: () =>
      python(`
import socket
print('tried' if socket.getaddrinfo('localhost', 80) else 'ESCAPED')`),
  },
  {
    tries: 'listens where the machine can be reached',
    program: () =>
      node(
        `const server = require('net').createServer((s) => s.end('evil')).listen(0, '0.0.0.0', () => { console.log('tried ' + server.address().port); setTimeout(() => process.exit(0), 700); })`,
      ),
    request: () => ({ onLine: (line) => reach(Number(/^tried (\d+)$/.exec(line)?.[1])) }),
    holds: async () => expect(await reached).toBe(false),
  },
  {
    tries: 'sends to everybody',
    program: () =>
      python(`
import socket
for kind, level, option, address in ((socket.AF_INET, socket.SOL_SOCKET, socket.SO_BROADCAST, ('255.255.255.255', 9)), (socket.AF_INET, socket.SOL_SOCKET, socket.SO_REUSEADDR, ('224.0.0.251', 5353))):
    s = socket.socket(kind, socket.SOCK_DGRAM); s.setsockopt(level, option, 1)
    try: s.sendto(b'x', address); print('ESCAPED')
    except OSError: pass
print('tried')`),
  },
  {
    tries: 'has another interface than its own loopback',
    program: () => sh(`[ "$(grep -c : /proc/net/dev)" = 1 ] || echo ESCAPED; echo tried`),
  },
  family('for raw packets', 'socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP'),
  family('on the wire', 'socket.AF_PACKET, socket.SOCK_RAW, 0'),
  {
    ...family('to the host of a virtual machine', '40, socket.SOCK_STREAM, 0'),
    notIn: { container: 'the filter of system calls is that of the engine' },
  },
  { ...family('into the crypto code of the kernel', '38, 5, 0'), notIn: { container: 'the filter of system calls is that of the engine' } },
  {
    ...family('for messages of the kernel about devices', '16, socket.SOCK_RAW, 15'),
    notIn: { container: 'the filter of system calls is that of the engine' },
  },
  { ...family('for Bluetooth', '31, socket.SOCK_RAW, 1'), notIn: { container: 'the filter of system calls is that of the engine' } },
  family('for keys of the network', '15, socket.SOCK_RAW, 2'),
  {
    tries: 'changes its network',
    program: () =>
      sh(
        `(ip link add evil type dummy || ip link set lo down || ip addr add 192.0.2.9/24 dev lo || ip route add default dev lo) 2>/dev/null && echo ESCAPED; echo tried`,
      ),
  },
];

let reached: Promise<boolean> = Promise.resolve(false);

/** Connects from the machine, where something else may listen at the same port. */
function reach(port: number): void {
  const socket = connect({ host: '127.0.0.1', port });
  reached = text(socket).then(
    (said) => said === 'evil',
    () => false,
  );
}
