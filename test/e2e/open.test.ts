import { createServer } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { endOfCommand, inSentences, miyabi, startMiyabi } from '../support/miyabi.ts';
import type { MiyabiOptions } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Service extends AsyncDisposable {
  readonly url: string;
  readonly said: readonly string[];
}

/** `miyabi serve` as people start it, once it takes runs. */
async function serving(options: MiyabiOptions, ...args: readonly string[]): Promise<Service> {
  const service = startMiyabi(['serve', '--drain', '0', ...args], inSentences(options));
  const said: string[] = [];
  for await (const line of createInterface({ input: service.stderr })) {
    said.push(line);
    if (line.startsWith('Takes runs')) break;
  }
  service.stderr.resume();
  return {
    url: /^Answers at (\S+):/m.exec(said.join('\n'))?.[1] ?? '',
    said,
    [Symbol.asyncDispose]: async () => {
      service.kill('SIGTERM');
      await endOfCommand(service);
    },
  };
}

it('a service answers people of its machine unless told otherwise, and miyabi open leads them to it', async () => {
  await using folder = await temporaryFolder();
  const options = { cwd: folder.path, state: join(folder.path, 'state') };
  expect(await miyabi(['open'], options)).toMatchObject({
    code: 7,
    stderr: expect.stringMatching(/Start one in another terminal: .* serve/),
  });
  const taken = createServer().listen(4747, '127.0.0.1');
  // Where another service of this machine has it, that is as good.
  await Promise.race([once(taken, 'listening'), once(taken, 'error')]);
  {
    await using service = await serving(options);
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(service.url).not.toBe('http://127.0.0.1:4747');
    expect(service.said.join('\n')).toMatch(/listens at 127\.0\.0\.1:4747; this one took a port that is free/);
    const { code, stdout: link } = await miyabi(['open', '--print'], options);
    expect([code, link.startsWith(`${service.url}/sign-in?once=`)]).toEqual([0, true]);
    const followed = await fetch(link);
    expect([followed.status, await followed.text()]).toEqual([200, expect.stringContaining('url=/"')]);
    const cookie = followed.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    expect((await fetch(`${service.url}/api/v1/session`, { headers: { cookie } })).status).toBe(200);
    expect((await fetch(link)).status).toBe(401);
    expect((await fetch(service.url)).headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(await miyabi(['open', 'run_nothing123'], options)).toMatchObject({ code: 7 });
    const [told] = (await miyabi(['open', '--json'], options)).lines;
    expect(told).toEqual({ type: 'link', schemaVersion: 1, link: expect.stringContaining(service.url) });
  }
  taken.close();
  expect(await miyabi(['open'], options)).toMatchObject({ code: 7 });
  await using deaf = await serving(options, '--listen', 'none');
  expect(deaf.url).toBe('');
});
