import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inside, reasonNotInside } from './inside.ts';
import { localServer, wayOut } from './stand.ts';
import type { LocalServer, WayOut } from './stand.ts';

const reason = reasonNotInside();
const node = process.execPath;

describe.skipIf(reason !== '')(`from within an own network namespace${reason === '' ? '' : ` (${reason})`}`, () => {
  let registry: LocalServer;
  let out: WayOut;
  const asked: string[] = [];

  beforeAll(async () => {
    registry = await localServer((request, response) => {
      asked.push(request.url ?? '');
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          name: 'left-pad',
          'dist-tags': { latest: '1.3.0' },
          versions: { '1.3.0': { name: 'left-pad', version: '1.3.0' } },
        }),
      );
    });
    // The name is for programs that use the proxy, the address for what the name leads to and for programs that use none.
    out = await wayOut([`registry.test:${registry.port}`, `127.0.0.1:${registry.port}`], {
      resolve: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
    });
  });
  afterAll(async () => {
    await out[Symbol.asyncDispose]();
    await registry[Symbol.asyncDispose]();
  });
  const shell = (script: string, stdin?: string): ReturnType<typeof inside> =>
    inside(out.egress, ['/bin/sh', '-c', script], stdin === undefined ? {} : { stdin });
  const named = (): string => `http://registry.test:${registry.port}`;

  test('exit code, output, error output and standard input are those of the command', async () => {
    expect(await shell('cat; echo err >&2; exit 7', 'from outside')).toEqual({
      code: 7,
      signal: null,
      stdout: 'from outside',
      stderr: 'err\n',
    });
  });

  test('arguments and environment arrive as they were given', async () => {
    const printed = await inside(
      out.egress,
      [
        node,
        '-e',
        'console.log(JSON.stringify([process.argv.slice(1), process.env.NODE_OPTIONS, process.env.port]))',
        'a b',
        "'",
        '',
        '$HOME',
        '--x',
      ],
      {
        env: { NODE_OPTIONS: '--no-warnings', port: '1' },
      },
    );
    expect(JSON.parse(printed.stdout)).toEqual([['a b', "'", '', '$HOME', '--x'], '--no-warnings', '1']);
    expect(printed.stderr).toBe('');
  });

  test('signals reach the command itself: nothing stands between', async () => {
    const caught = await shell('trap "echo caught; exit 3" TERM; kill -TERM $$; sleep 5');
    expect(caught).toMatchObject({ code: 3, stdout: 'caught\n' });
    // bubblewrap reports a signal as a shell does.
    expect(await shell('kill -KILL $$')).toMatchObject({ code: 137 });
  });

  test('the command has no child that it did not start', async () => {
    const script = `
      const parents = fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name))
        .map((name) => Number(fs.readFileSync('/proc/' + name + '/stat', 'utf8').split(') ').pop().split(' ')[1]));
      console.log(parents.filter((parent) => parent === process.pid).length, 'of', parents.length);`;
    // The command, the bridge, and the first process of the namespace, whose child the bridge is.
    expect(await inside(out.egress, [node, '-e', script])).toMatchObject({ stdout: '0 of 3\n' });
  });

  test('the way out ends with the command, and so does everything', async () => {
    const before = performance.now();
    await shell('exit 0');
    expect(performance.now() - before).toBeLessThan(15_000);
  });

  test('a socket that is gone, and a Node that is not there, are said with exit code 125', async () => {
    const [program, ...args] = out.egress.bridged(['true'], { nodePath: '/nonexistent/node' });
    const { egress } = out;
    const said = await inside({ ...egress, bridged: () => [program, ...args] }, ['true']);
    expect(said).toMatchObject({
      code: 125,
      stdout: '',
      stderr: expect.stringMatching(/^miyabi: the way out of the world could not be opened: .*nonexistent/),
    });
  });

  test('the host itself, its loopback and names cannot be reached around the bridge', async () => {
    const script = `
      const net = require('net');
      const attempts = [['127.0.0.1', 22], ['1.1.1.1', 443], ['169.254.169.254', 80], ['::1', ${registry.port + 1}]];
      Promise.all(attempts.map(([host, port]) => new Promise((resolve) => {
        net.connect({ host, port }).on('connect', () => resolve('reached')).on('error', (error) => resolve(error.code));
      }))).then((all) => console.log(all.join(' ')));
      require('dns').lookup('registry.test', (error) => console.log(error.code));`;
    const tried = await inside(out.egress, [node, '-e', script]);
    expect(tried.stdout).not.toContain('reached');
    expect(tried.stdout).toMatch(/EAI_AGAIN|ENOTFOUND/);
  });

  test.skipIf(!existsSync('/usr/bin/curl'))('curl uses the proxy, with and without a tunnel, and is told no', async () => {
    expect((await shell(`curl -sS ${named()}/left-pad`)).stdout).toContain('left-pad');
    expect((await shell(`curl -sS --proxytunnel ${named()}/left-pad`)).stdout).toContain('left-pad');
    expect((await shell('curl -sS http://evil.test/')).stdout).toMatch(/This world may not reach evil\.test:80.*sandbox\.allow/);
    expect(await shell('curl -sS https://evil.test/')).toMatchObject({ code: 56, stderr: expect.stringContaining('403') });
    expect((await shell(`curl -sS --noproxy '*' -m 2 ${named()}/`)).code).not.toBe(0);
  });

  test('fetch and http of Node use the proxy by themselves, where Node knows how', async () => {
    const fetched = await inside(out.egress, [
      node,
      '-e',
      `fetch('${named()}/left-pad').then((r) => r.json()).then((j) => console.log(j.name))`,
    ]);
    expect(fetched).toMatchObject({ code: 0, stdout: 'left-pad\n', stderr: '' });
    const asking = `require('http').get('${named()}/left-pad', (r) => console.log(r.statusCode, r.resume() && ''))`;
    expect((await inside(out.egress, [node, '-e', asking])).stdout).toBe('200 \n');
    const refused = await inside(out.egress, [node, '-e', `fetch('https://evil.test/').catch((e) => console.log(e.message))`]);
    expect(refused.stdout).toBe('fetch failed\n');
  });

  test('a server of its own on the loopback inside is reached directly', async () => {
    const script = `require('http').createServer((q, s) => s.end('own')).listen(0, '127.0.0.1', function () {
      fetch('http://localhost:' + this.address().port).then((r) => r.text()).then((t) => { console.log(t); process.exit(); });
    })`;
    const before = out.decisions.length;
    expect((await inside(out.egress, [node, '-e', script])).stdout).toBe('own\n');
    expect(out.decisions).toHaveLength(before);
  });

  test('a port of the machine that is listed is at the same port inside, also for programs that know no proxy', async () => {
    const script = `
      const socket = require('net').connect(${registry.port}, '127.0.0.1');
      socket.write('GET /raw HTTP/1.0\\r\\n\\r\\n');
      socket.on('data', (d) => process.stdout.write(String(d)));`;
    expect((await inside(out.egress, [node, '-e', script])).stdout).toMatch(/^HTTP\/1\.1 200 .*left-pad/s);
    expect(asked).toContain('/raw');
  });

  test('npm finds a registry by its name and by its address', async () => {
    for (const address of [named(), `http://127.0.0.1:${registry.port}`]) {
      const seen = await inside(out.egress, ['npm', 'view', 'left-pad', 'version', '--registry', address, '--fetch-retries', '0']);
      expect(seen).toMatchObject({ code: 0, stdout: '1.3.0\n' });
    }
    const refused = await inside(out.egress, ['npm', 'view', 'left-pad', '--registry', 'https://evil.test', '--fetch-retries', '0']);
    expect(refused.code).not.toBe(0);
  });

  test.skipIf(!existsSync('/usr/bin/python3'))('urllib of Python uses the proxy', async () => {
    const script = `import urllib.request; print(urllib.request.urlopen('${named()}/left-pad').status)`;
    expect(await inside(out.egress, ['/usr/bin/python3', '-c', script])).toMatchObject({ code: 0, stdout: '200\n' });
    const refused = await inside(out.egress, [
      '/usr/bin/python3',
      '-c',
      "import urllib.request; urllib.request.urlopen('https://evil.test/')",
    ]);
    expect(refused.stderr).toMatch(/403 Not in sandbox\.allow/);
  });
});
