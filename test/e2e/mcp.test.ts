import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, it } from 'vitest';
import { launcher } from '../support/launcher.ts';
import { git, makeProject, miyabi, untestedProject, usersEnvironment } from '../support/miyabi.ts';
import { temporaryFolder } from '../support/temporary.ts';

interface Agent extends AsyncDisposable {
  call(name: string, input?: Readonly<Record<string, unknown>>): Promise<{ readonly text: string; readonly isError: boolean }>;
  readonly client: Client;
}

interface AgentOptions {
  readonly cwd: string;
  readonly state: string;
  readonly args?: readonly string[];
  /** What the person at the agent says to each question; without it the agent cannot ask anybody. */
  readonly person?: (message: string) => { readonly action: 'accept' | 'decline'; readonly content?: { readonly answer: string } };
  /** The revision of the protocol that it begins with. */
  readonly speaks: 'this year' | 'last year';
}

/** Another agent that has started `miyabi mcp` as its server. */
async function agent({ cwd, state, args = [], person, speaks }: AgentOptions): Promise<Agent> {
  const command = 'touch touched.txt';
  const client = new Client(
    { name: 'another-agent', version: '1' },
    {
      capabilities: person === undefined ? {} : { elicitation: { form: {} } },
      ...(speaks === 'this year' ? { versionNegotiation: { mode: 'auto' } } : {}),
    },
  );
  if (person !== undefined) client.setRequestHandler('elicitation/create', ({ params }) => person(params.message));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [launcher, '--state', state, 'mcp', ...args],
      cwd,
      stderr: 'ignore',
      env: {
        ...usersEnvironment(),
        XDG_CONFIG_HOME: state,
        XDG_STATE_HOME: state,
        MIYABI_AGENT_NAME: 'command',
        MIYABI_AGENT_COMMAND: command,
        MIYABI_WORLDS_COUNT: '1',
      },
    }),
  );
  return {
    client,
    async call(name, input = {}) {
      const { content, isError } = await client.callTool({ name, arguments: input });
      const [first] = content;
      return { text: first?.type === 'text' ? first.text : '', isError: isError === true };
    },
    [Symbol.asyncDispose]: async () => await client.close(),
  };
}

/** Hard enough that its plan waits for a person. */
const hardIssue = 'Rewrite the architecture: add() is wrong for distributed migration';

it(
  'another agent begins a run, waits for it, lets the person answer, and is told why the winner won',
  { tags: ['campaign'], timeout: 300_000 },
  async () => {
    await using folder = await temporaryFolder();
    const cwd = await makeProject(join(folder.path, 'project'), untestedProject);
    const state = join(folder.path, 'state');
    let run = '';
    {
      await using alone = await agent({ cwd, state, speaks: 'last year' });
      const { tools } = await alone.client.listTools();
      expect(tools.map(({ name }) => name)).toEqual([
        'start_run',
        'list_runs',
        'run_status',
        'explain_run',
        'show_diff',
        'cancel_run',
        'list_questions',
        'answer_question',
        'search_knowledge',
      ]);
      expect(tools.every(({ description = '', annotations }) => description.length > 40 && annotations?.title !== undefined)).toBe(true);

      expect(await alone.call('start_run', { reference: 'nonsense' })).toMatchObject({
        isError: true,
        text: expect.stringContaining('no issue of a forge'),
      });
      expect(await alone.call('start_run', { text: hardIssue, budgetUsd: 900 })).toMatchObject({
        isError: true,
        text: expect.stringContaining('900 were asked for'),
      });
      const started = await alone.call('start_run', { text: hardIssue });
      run = (JSON.parse(started.text) as { readonly run: string }).run;
      const waiting = JSON.parse((await alone.call('run_status', { run, waitSeconds: 50 })).text) as Record<string, unknown>;
      expect(waiting).toMatchObject({ run, state: 'waiting', escalations: [expect.any(String)] });

      const [escalation] = waiting['escalations'] as readonly string[];
      expect(await alone.call('answer_question', { escalation, answer: 'approve' })).toMatchObject({
        isError: true,
        text: expect.stringMatching(/elicitation/i),
      });
      expect((await alone.call('list_questions')).text).toContain(escalation);
    }
    expect((await miyabi(['status', run], { cwd, state })).stdout).toContain('waiting');

    const asked: string[] = [];
    let answer: 'accept' | 'decline' = 'decline';
    const person = (message: string) => (
      asked.push(message),
      answer === 'decline' ? { action: answer } : { action: answer, content: { answer: 'approve' } }
    );
    await using attended = await agent({ cwd, state, person, speaks: 'this year' });
    const { items } = JSON.parse((await attended.call('list_questions')).text) as {
      readonly items: ReadonlyArray<{ readonly id: string }>;
    };
    const escalation = items[0]?.id;
    expect(await attended.call('answer_question', { escalation, answer: 'approve' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('has not answered'),
    });
    answer = 'accept';
    const reason = 'It is what we need.\u202e';
    const answered = await attended.call('answer_question', { escalation, answer: 'reject', reason });
    expect(JSON.parse(answered.text)).toMatchObject({ run, answer: 'approve', by: expect.stringMatching(/ \(by an agent\)$/) });
    expect(asked).toHaveLength(2);
    expect(asked[1]).toContain('The agent proposes to reject: “It is what we need.');
    expect(asked[1]).not.toContain('\u202e');

    // The review asks, too.
    expect(await miyabi(['resume', run], { cwd, state })).toMatchObject({ code: 4 });
    const { items: left } = JSON.parse((await attended.call('list_questions')).text) as {
      readonly items: ReadonlyArray<{ readonly id: string }>;
    };
    await attended.call('answer_question', { escalation: left[0]?.id, answer: 'approve' });
    expect(await miyabi(['resume', run], { cwd, state })).toMatchObject({ code: 0 });
    const ended = JSON.parse((await attended.call('run_status', { run, waitSeconds: 50 })).text) as Record<string, unknown>;
    expect(ended).toMatchObject({ state: 'completed', report: { branch: `miyabi/${run}` } });
    expect((await attended.call('explain_run', { run })).text).toContain('alpha won');
    expect((await attended.call('show_diff', { run })).text).toContain('touched.txt');
    expect((await attended.call('search_knowledge', { text: 'add() is wrong' })).text).toContain('"matches":');
    expect(await attended.call('explain_run', { run: 'nothing' })).toMatchObject({
      isError: true,
      text: expect.stringContaining('There is no run nothing'),
    });
    expect(await git(cwd, 'branch', '--list', `miyabi/${run}`)).toContain(run);
  },
);

it(
  'a run that an agent begins is carried by its server, and an agent that may answer does so in the name of the user',
  { timeout: 300_000 },
  async () => {
    await using folder = await temporaryFolder();
    const cwd = await makeProject(join(folder.path, 'project'), untestedProject);
    const state = join(folder.path, 'state');
    await using trusted = await agent({ cwd, state, args: ['--answers', 'agent'], speaks: 'this year' });
    const { run } = JSON.parse((await trusted.call('start_run', { text: hardIssue })).text) as { readonly run: string };
    const status = async () => {
      const { text } = await trusted.call('run_status', { run, waitSeconds: 50 });
      return JSON.parse(text) as { readonly state: string; readonly escalations: readonly string[] };
    };
    // Its plan, and its review.
    for (const reason of ['It may.', 'It is right.']) {
      const { escalations } = await status();
      await trusted.call('answer_question', { escalation: escalations[0], answer: 'approve', reason });
    }
    expect(await status()).toMatchObject({ state: 'completed', escalations: [] });
    expect((await miyabi(['show', run], { cwd, state })).stdout).toMatch(/ \(by an agent\)/);
  },
);
