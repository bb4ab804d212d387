// An agent that does one thing wrong, named by its argument, and speaks the protocol by hand so that it can.
import { createInterface } from 'node:readline';

const [, , fault = 'none'] = process.argv;
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const update = (content) => send({ method: 'session/update', params: { sessionId: 's', update: content } });
const say = (text) => update({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });
const option = (kind) => ({ optionId: kind, name: kind, kind });
let asked = 0;
let prompt;

function askPermission(kinds) {
  asked += 1;
  const toolCall = { toolCallId: `call-${asked}`, title: `thing ${asked}`, kind: 'execute', rawInput: { command: `thing ${asked}` } };
  send({ id: `ask-${asked}`, method: 'session/request_permission', params: { sessionId: 's', toolCall, options: kinds.map(option) } });
}

const turns = {
  garbage() {
    process.stdout.write(
      'npm warn deprecated\n{"half": \n{"jsonrpc":"1.0"}\n[1,2]\n"text"\n\u0000\u0001\n{"jsonrpc":"2.0","id":999,"result":{}}\n\n',
    );
    process.stdout.write('{"jsonrpc":"2.0","method":"session/update","params":{"update":{"sessionUpdate":"of the future","x":1}}}\n');
    process.stdout.write('{"jsonrpc":"2.0","method":"session/update","params":"nothing"}\n{"jsonrpc":"2.0","method":"_their/own"}\n');
    update({ sessionUpdate: 'tool_call', toolCallId: 7 });
    update({ sessionUpdate: 'plan', entries: 'none' });
    say('All the same');
    finish();
  },
  big() {
    say('x'.repeat(10_000_000));
    update({
      sessionUpdate: 'tool_call',
      toolCallId: 'a',
      kind: 'edit',
      title: 'y'.repeat(1_000_000),
      status: 'completed',
      rawOutput: 'z'.repeat(10_000_000),
    });
    finish();
  },
  huge: () => process.stdout.write(`{"jsonrpc":"2.0","method":"session/update","params":"${'x'.repeat(40_000_000)}`),
  asks: () => askPermission(['allow_once', 'reject_once']),
  strange: () => askPermission(['grant_everything']),
  outside() {
    send({ id: 'read', method: 'fs/read_text_file', params: { sessionId: 's', path: '/etc/passwd' } });
    send({ id: 'run', method: 'terminal/create', params: { sessionId: 's', command: 'id' } });
  },
  floods() {
    for (let number = 0; number < 50_000; number += 1)
      update({ sessionUpdate: 'tool_call', toolCallId: `t${number}`, kind: 'read', title: 'again', status: 'completed' });
    finish();
  },
  demands() {
    for (let number = 0; number < 20_000; number += 1) send({ id: `d${number}`, method: 'their/question', params: {} });
  },
  error: () =>
    send({ id: prompt, error: { code: -32_603, message: 'Internal error', data: { details: 'API Error: 401 invalid api key' } } }),
  nonsense: () => send({ id: prompt, result: { stopReason: 'because' } }),
  silent: () => undefined,
};

function finish(stopReason = 'end_turn') {
  send({ id: prompt, result: { stopReason } });
}

const refusals = [];
function answered({ id, result, error }) {
  if (fault === 'asks') return askPermission(['allow_once', 'reject_once']);
  if (fault === 'strange') return result.outcome.outcome === 'cancelled' ? finish('cancelled') : finish();
  refusals.push(`${id} ${error?.code}`);
  if (fault === 'outside' && refusals.length === 2) {
    say(refusals.join(', '));
    finish();
  }
}

if (fault === 'leaves') process.exit(0);
if (fault === 'deaf') setInterval(() => undefined, 1_000);
else
  createInterface({ input: process.stdin }).on('line', (line) => {
    const message = JSON.parse(line);
    if (message.method === undefined) return answered(message);
    if (message.method === 'initialize') return send({ id: message.id, result: { protocolVersion: fault === 'future' ? 2 : 1 } });
    if (message.method === 'session/new') return send({ id: message.id, result: fault === 'sessionless' ? {} : { sessionId: 's' } });
    if (message.method !== 'session/prompt') return undefined;
    prompt = message.id;
    return turns[fault]();
  });
