import { once } from 'node:events';
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { openGithubStand } from './github-stand/github-stand.ts';
import type { GithubStand } from './github-stand/github-stand.ts';
import { inSentences, startMiyabi } from './miyabi.ts';
import { userEnvironment } from './repository.ts';
import { temporaryFolder } from './temporary.ts';

/** What a check of the stand's continuous integration finds at a commit: nothing, or what it prints when it fails. */
export type Checked = (commit: string, file: (path: string) => string | undefined) => string | undefined;

/** A service of the real command line, what it is told by a GitHub for tests, and that one's continuous integration. */
export interface GithubService extends AsyncDisposable {
  readonly github: GithubStand;
  /** State folder of the service. */
  readonly state: string;
  /** Environment of commands that look at the same service. */
  readonly env: Readonly<Record<string, string>>;
  /** Starts the service, and waits until it answers. */
  start(): Promise<void>;
  /** Ends the service, so that it can do nothing about it. */
  kill(): Promise<void>;
  /** All that it has said on the terminal, in all its lives. */
  said(): string;
}

const secret = 'of-the-hook-of-this-test';

/**
 * @param files of the project. @param config of the user, beside what is needed for the stand.
 * @param check runs for each commit that a pull request has, as the check `ci`.
 */
export async function githubService(
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, string>>,
  check: Checked,
): Promise<GithubService> {
  await using opening = new AsyncDisposableStack();
  const folder = opening.use(await temporaryFolder('github-service-'));
  const github = opening.use(await openGithubStand());
  github.code.commitOn('main', { ...files }, 'The project');
  await github.lookAtCode();
  const code = join(folder.path, 'code', `${github.repository}.git`);
  mkdirSync(dirname(code), { recursive: true });
  symlinkSync(github.code.path, code);
  const port = await freePort();
  const env = {
    MIYABI_FORGE_GITHUB_API: github.url,
    MIYABI_FORGE_GITHUB_GIT: `file://${folder.path}/code/<repository>.git`,
    GITHUB_TOKEN: github.token,
    MIYABI_FORGE_GITHUB_REPOSITORIES: github.repository,
    MIYABI_WEBHOOK_SECRET: secret,
    MIYABI_FORGE_SWEEP_SECONDS: '2',
    MIYABI_CI_SWEEP_SECONDS: '2',
    MIYABI_DISK_FREE_GIGABYTES: '0',
    MIYABI_CHECKS_TEST: 'node --test',
    ...config,
  };
  const told = opening.use(await relay(github, port, check));
  github.webhooksTo(told.url, secret);
  const lives: { readonly running: ReturnType<typeof startMiyabi>; text: string }[] = [];

  async function kill(): Promise<void> {
    const last = lives.at(-1);
    if (last === undefined) return;
    last.running.kill('SIGKILL');
    await last.running;
  }
  opening.defer(kill);
  const opened = opening.move();
  return {
    github,
    state: join(folder.path, 'state'),
    env,
    kill,
    said: () => lives.map(({ text }) => text).join('\n'),
    async start() {
      const service = { cwd: folder.path, state: join(folder.path, 'state'), env };
      const running = startMiyabi(['serve', '--listen', `127.0.0.1:${port}`, '--drain', '0'], inSentences(service));
      const life = { running, text: '' };
      lives.push(life);
      const answers = new Promise<void>((resolve, reject) => {
        running.stderr?.on('data', (bytes: Buffer) => {
          life.text += bytes.toString('utf8');
          if (life.text.includes('Answers at')) resolve();
        });
        void running.then(() => reject(new Error(`the service has ended: ${life.text}`)));
      });
      await answers;
    },
    [Symbol.asyncDispose]: async () => await opened.disposeAsync(),
  };
}

interface Payload {
  readonly pull_request?: { readonly state: string; readonly head: { readonly sha: string } };
}

/** Receives every webhook, hands it to the service as it came, and lets the checks of pull requests run. */
async function relay(github: GithubStand, port: number, check: Checked) {
  const checked = new Set<string>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (bytes: Buffer) => parts.push(bytes));
    request.on('end', () => {
      const body = Buffer.concat(parts);
      const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => /^(x-|content-type)/.test(name))) as Record<
        string,
        string
      >;
      fetch(`http://127.0.0.1:${port}/webhooks/github`, { method: 'POST', headers, body })
        .then((answer) => response.writeHead(answer.status).end())
        .catch(() => response.writeHead(502).end());
      void runChecks(JSON.parse(body.toString('utf8')) as Payload);
    });
  });

  async function runChecks({ pull_request: pullRequest }: Payload): Promise<void> {
    const commit = pullRequest?.head.sha;
    if (pullRequest === undefined || commit === undefined || pullRequest.state !== 'open' || checked.has(commit)) return;
    checked.add(commit);
    const file = (path: string): string | undefined => {
      try {
        return execFileSync('git', ['show', `${commit}:${path}`], {
          cwd: github.code.path,
          env: userEnvironment,
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch {
        return undefined;
      }
    };
    const log = check(commit, file);
    await github.setCheck(commit, 'ci', log === undefined ? 'passed' : 'failed', log);
  }

  const url = await listen(server);
  return {
    url,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  const url = await listen(server);
  server.close();
  await once(server, 'close');
  return Number(new URL(url).port);
}
