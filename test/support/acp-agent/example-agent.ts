import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { RequestError, agent, methods, ndJsonStream } from '@agentclientprotocol/sdk';
import type { AgentContext, PromptResponse, RequestPermissionResponse, SessionUpdate } from '@agentclientprotocol/sdk';

/**
 * An agent on the protocol library's own agent side, in the manner of its example: it tells a plan, reads, asks for permission to change a
 * file, changes it, tells the diff and what it cost. What it does beside that is named on its command line, one word each:
 *
 * `resumes`, `loads`: whether a session can be taken up again, and how. `forgets`: and finds none then. `dies`: ends in the middle of its first turn, with a word on stderr.
 * `hangs`: works until it is cancelled. `stubborn`: and not even then. `keyed`: wants a key. `models`, `modes`: offers some. `stops:<reason>`: ends its turn for it.
 */
const words = new Set(process.argv.slice(2));
const canTakeUp = words.has('resumes') || words.has('loads');
const models = ['small', 'openai/large'].map((value) => ({ value, name: value }));
const configOptions = [
  ...(words.has('models')
    ? [{ id: 'm', name: 'Model', category: 'model', type: 'select' as const, currentValue: 'small', options: models }]
    : []),
  {
    id: 'how',
    name: 'Mode',
    category: 'mode',
    type: 'select' as const,
    currentValue: 'default',
    options: [
      {
        group: 'all',
        name: 'All',
        options: ['default', ...(words.has('modes') ? ['bypassPermissions'] : [])].map((value) => ({ value, name: value })),
      },
    ],
  },
];

const state = { cwd: '', signedIn: !words.has('keyed'), settings: [] as string[], cancelled: Promise.withResolvers<void>() };
const sessionFile = (id: string): string => join(process.env['HOME'] ?? '.', `${id}.session`);

agent({ name: 'example-agent' })
  .onRequest(methods.agent.initialize, () => ({
    protocolVersion: 1,
    agentCapabilities: { loadSession: words.has('loads'), sessionCapabilities: words.has('resumes') ? { resume: {} } : {} },
    authMethods: [
      { id: 'browser', name: 'A browser' },
      { id: 'gemini-api-key', name: 'A key' },
    ],
  }))
  .onRequest(methods.agent.authenticate, ({ params }) => {
    if (params.methodId !== 'gemini-api-key') throw RequestError.authRequired();
    state.signedIn = true;
    return {};
  })
  .onRequest(methods.agent.session.new, async ({ params }) => {
    if (!state.signedIn) throw RequestError.authRequired();
    state.cwd = params.cwd;
    const sessionId = `session-${process.pid}`;
    if (canTakeUp) await writeFile(sessionFile(sessionId), 'begun');
    return { sessionId, configOptions };
  })
  .onRequest(methods.agent.session.load, async ({ params, client }) => {
    await remember(params.sessionId);
    state.cwd = params.cwd;
    await client.notify(methods.client.session.update, {
      sessionId: params.sessionId,
      update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'What I said before.' } },
    });
    return { configOptions };
  })
  .onRequest(methods.agent.session.resume, async ({ params }) => {
    await remember(params.sessionId);
    state.cwd = params.cwd;
    return { configOptions };
  })
  .onRequest(methods.agent.session.setConfigOption, ({ params }) => {
    state.settings.push(`${params.configId}=${String(params.value)}`);
    return { configOptions };
  })
  .onRequest(
    methods.agent.session.prompt,
    async ({ params, client }) => await takeTurn(params.sessionId, JSON.stringify(params.prompt), client),
  )
  .onNotification(methods.agent.session.cancel, () => state.cancelled.resolve())
  .connect(ndJsonStream(Writable.toWeb(process.stdout), Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>));

async function remember(id: string): Promise<void> {
  if (words.has('forgets')) throw RequestError.internalError({ details: 'There is no such session.' });
  await readFile(sessionFile(id));
}

async function takeTurn(sessionId: string, prompt: string, client: AgentContext): Promise<PromptResponse> {
  const tell = async (update: SessionUpdate): Promise<void> => await client.notify(methods.client.session.update, { sessionId, update });
  const say = async (text: string): Promise<void> => await tell({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
  const isTakenUp = /\bcut off\b/.test(prompt);
  await say(`I begin${isTakenUp ? ' again' : ''}.`);
  const entry = (content: string, status: 'pending' | 'in_progress' | 'completed') => ({ content, status, priority: 'medium' as const });
  await tell({ sessionUpdate: 'plan', entries: [entry('look', 'completed'), entry('change', 'in_progress'), entry('test', 'pending')] });
  await tell({
    sessionUpdate: 'tool_call',
    toolCallId: 'read',
    title: 'Reading',
    kind: 'read',
    status: 'pending',
    locations: [{ path: join(state.cwd, 'file.txt') }],
  });
  await tell({ sessionUpdate: 'tool_call_update', toolCallId: 'read', status: 'completed' });
  await tell({ sessionUpdate: 'tool_call', toolCallId: 'run', title: 'Running', kind: 'execute', rawInput: { command: 'npm test' } });
  await tell({
    sessionUpdate: 'tool_call_update',
    toolCallId: 'run',
    status: 'failed',
    content: [{ type: 'content', content: { type: 'text', text: '1 test failed' } }],
  });
  if (words.has('dies') && !isTakenUp) {
    console.error('Something terrible has happened.');
    process.exit(3);
  }
  if (words.has('hangs')) {
    await state.cancelled.promise;
    if (words.has('stubborn')) await new Promise((resolve) => setTimeout(resolve, 600_000));
    return { stopReason: 'cancelled' };
  }
  const stop = [...words].find((word) => word.startsWith('stops:'))?.slice('stops:'.length);
  if (stop !== undefined) return { stopReason: stop as PromptResponse['stopReason'] };
  await change(sessionId, client, tell);
  await say('The file is ');
  await say(`changed (${state.settings.join(' ')}).`);
  await tell({ sessionUpdate: 'usage_update', used: 5_000, size: 200_000, cost: { amount: 0.0123, currency: 'USD' } });
  const usage = { inputTokens: 100, outputTokens: 20, cachedReadTokens: 50, cachedWriteTokens: 0, thoughtTokens: 0, totalTokens: 170 };
  // The field is not in the stable protocol.
  const answer: PromptResponse & { readonly usage: unknown } = { stopReason: 'end_turn', usage };
  return answer;
}

async function change(sessionId: string, client: AgentContext, tell: (update: SessionUpdate) => Promise<void>): Promise<void> {
  const path = join(state.cwd, 'file.txt');
  const oldText = await readFile(path, 'utf8');
  const newText = oldText.replace('wrong', 'right');
  const call = {
    toolCallId: 'edit',
    title: 'Changing file.txt',
    kind: 'edit' as const,
    locations: [{ path }],
    content: [{ type: 'diff' as const, path, oldText, newText }],
  };
  await tell({ sessionUpdate: 'tool_call', status: 'pending', ...call });
  const { outcome } = await client.request<RequestPermissionResponse>(methods.client.session.requestPermission, {
    sessionId,
    toolCall: call,
    options: [
      { optionId: 'always', name: 'Always', kind: 'allow_always' as const },
      { optionId: 'yes', name: 'Yes', kind: 'allow_once' as const },
      { optionId: 'no', name: 'No', kind: 'reject_once' as const },
    ],
  });
  if (outcome.outcome === 'selected' && outcome.optionId === 'yes') {
    await writeFile(path, newText);
    return await tell({ sessionUpdate: 'tool_call_update', toolCallId: 'edit', status: 'completed' });
  }
  await tell({ sessionUpdate: 'tool_call_update', toolCallId: 'edit', status: 'failed', rawOutput: 'not allowed' });
}
