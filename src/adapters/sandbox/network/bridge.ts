/**
 * Runs inside, where there is nothing but an own loopback: hands what comes to a port of 127.0.0.1 on to the socket of the
 * way out. Further ports stand for ports of the machine's own loopback that were allowed: each connection to one becomes
 * a CONNECT, so that programs that know nothing of proxies reach them too.
 *
 * It is text, given to `node -e`: none of our files has to be visible inside, and whatever Node the project uses runs it, so it
 * keeps to old JavaScript. It says `ready` when all ports are open, and only then lets go of its output.
 */
const program = `
const net = require('net');
const fs = require('fs');
const [socketPath, port, ...forwards] = process.argv.slice(1);
process.umask(0o077);
function join(one, other) {
  for (const [from, to] of [[one, other], [other, one]]) {
    from.pipe(to);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded || to.writableFinished) to.destroy();
      else to.once('finish', () => to.destroy());
    });
  }
}
function plain(client) {
  join(client, net.connect({ path: socketPath, allowHalfOpen: true }));
}
function connecting(target) {
  return (client) => {
    const out = net.connect({ path: socketPath, allowHalfOpen: true });
    let answer = Buffer.alloc(0);
    const give = () => { client.destroy(); out.destroy(); };
    client.on('error', give);
    out.on('error', give);
    out.on('end', give);
    out.write('CONNECT ' + target + ' HTTP/1.1\\r\\nHost: ' + target + '\\r\\n\\r\\n');
    out.on('data', function read(data) {
      answer = Buffer.concat([answer, data]);
      const end = answer.indexOf('\\r\\n\\r\\n');
      if (end < 0) return answer.length > 8192 ? give() : undefined;
      out.pause();
      out.off('data', read);
      out.off('end', give);
      if (!/^HTTP\\/1\\.[01] 200 /.test(answer.toString('latin1', 0, 13))) return give();
      const rest = answer.subarray(end + 4);
      if (rest.length > 0) out.unshift(rest);
      join(client, out);
    });
  };
}
function listen(number, host, serve) {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: false }, (client) => {
      // The end of an answer is a few bytes: without this they wait for the program to acknowledge what came before, some 40 ms.
      client.setNoDelay(true);
      serve(client);
    });
    server.on('error', reject);
    server.listen({ port: number, host, backlog: 511 }, resolve);
  });
}
const v6 = (error) => { if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error; };
Promise.all([
  listen(Number(port), '127.0.0.1', plain),
  ...forwards.flatMap((target) => {
    const number = Number(target.slice(target.lastIndexOf(':') + 1));
    return [listen(number, '127.0.0.1', connecting(target)), listen(number, '::1', connecting(target)).catch(v6)];
  }),
]).then(() => {
  fs.writeSync(1, 'ready');
  for (const descriptor of [1, 2]) {
    fs.closeSync(descriptor);
    fs.openSync('/dev/null', 'w');
  }
  process.on('uncaughtException', () => {});
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) process.on(signal, () => {});
}, (error) => {
  fs.writeSync(1, String(error.message));
  process.exit(1);
});
`;

/**
 * Starts the bridge beside the command and, once it is open, becomes the command: standard input and outputs, exit code
 * and signals are the command's own, and no moment is left in which the way out is not there yet. The bridge writes
 * nowhere else, and ends with the sandbox. Exit code 125 says that it could not be built.
 */
const shell = `
__miyabi_said=$(NODE_OPTIONS= NODE_EXTRA_CA_CERTS= NODE_V8_COVERAGE= NODE_USE_ENV_PROXY= "$1" -e "$2" "$3" "$4" $5 </dev/null 2>&1 &)
[ "$__miyabi_said" = ready ] || {
  printf 'miyabi: the way out of the world could not be opened: %s\\n' "$__miyabi_said" >&2
  exit 125
}
unset __miyabi_said
shift 5
exec "$@"
`;

export interface BridgeSettings {
  /** A Node program that can be run inside; any version from 16 on. */
  readonly nodePath: string;
  readonly socketPath: string;
  /** Of 127.0.0.1, inside. */
  readonly port: number;
  /** Loopback addresses of the machine, as `localhost:4873`, that are to be found at the same ports inside. */
  readonly forwards: readonly string[];
}

/** A command that, started where there is only an own loopback, runs `command` with the way out open. It needs `/bin/sh` and `/dev/null`. */
export function bridgedCommand(command: readonly [string, ...string[]], settings: BridgeSettings): [string, ...string[]] {
  const { nodePath, socketPath, port, forwards } = settings;
  return ['/bin/sh', '-c', shell, 'miyabi-bridge', nodePath, program, socketPath, String(port), forwards.join(' '), ...command];
}
