import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../../test/support/processor-time.ts';
import { redactor } from '../redact.ts';
import { keptLineReader, lineReader } from './read-lines.ts';

const redact = redactor(['hunter2hunter2']);

function read(lines: readonly (string | object)[], options: { readonly raw?: boolean } = {}): readonly string[] {
  const reader = lineReader(redact, options);
  return [...lines.flatMap((line) => reader.read([typeof line === 'string' ? line : JSON.stringify(line)])), ...reader.rest()];
}

/** What a real program has printed. */
function recorded(name: string): readonly string[] {
  return readFileSync(new URL(`../../agents/programs/testing/streams/${name}.jsonl`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n');
}

describe('what programs print', () => {
  it('is told as it is, without secrets and without what screens obey', () => {
    expect(read(['npm test', '\u001b[32mok\u001b[0m\u001b[2K 1', 'key=hunter2hunter2', '{"a":1}', '{not json', ''])).toEqual([
      'npm test',
      '\u001b[32mok\u001b[0m 1',
      'key=[secret removed]',
      '{"a":1}',
      '{not json',
      '',
    ]);
  });

  it('is told one for one where it is wanted as it is, and never whole where it is too long', () => {
    const long = JSON.stringify({ type: 'said', text: 'x'.repeat(9_000) });
    expect(read([{ type: 'said', text: 'a\nb' }, long], { raw: true })).toEqual([
      '{"type":"said","text":"a\\nb"}',
      expect.stringMatching(/^\{"type":"said","text":"x+ \[833 more characters\]$/),
    ]);
    const tooLong = JSON.stringify({ type: 'said', text: 'x'.repeat(1_100_000) });
    expect(read([tooLong])[0]).toMatch(/^\{"type":"said"/);
  });

  it('is told in a moment, whatever is printed to hold somebody up', () => {
    const [many, tool] = [100_000, { type: 'assistant', session_id: '1' }];
    const nested = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const evil: readonly (string | object)[] = [
      ...['\u009d', '\u0090', '\u001b]', '\u001b[', '\u001b[1', '\u009b1', '\r', '\r\n '].map((piece) => `${piece.repeat(many)}x`),
      '-----BEGIN RSA PRIVATE KEY----- '.repeat(10_000),
      { type: 'said', text: `x${' '.repeat(many)}x` },
      { ...tool, message: { content: [{ type: 'text', text: `${' \n'.repeat(many)}x${'\n '.repeat(many)}x` }] } },
      `{"type":"assistant","session_id":"1","message":{"content":[{"type":"tool_use","name":"x","input":${nested}}]}}`,
      `{"type":"said","text":${nested}}`,
    ];
    for (const line of evil)
      expect(
        processorMs(() => void read([line])),
        JSON.stringify(line).slice(0, 50),
      ).toBeLessThan(1_000);
    const told = (text: string) => ({
      jsonrpc: '2.0',
      method: 'session/update',
      params: { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } } },
    });
    expect(processorMs(() => void read(Array.from({ length: 5_000 }, () => told('xxxxxxxxxx'))))).toBeLessThan(2_000);
  });

  it('is kept for others as it is, without secrets', () => {
    const long = JSON.stringify({ type: 'said', text: 'x'.repeat(9_000) });
    const reader = keptLineReader(redact);
    expect([...reader.read([long, 'a\u001b[2Jb hunter2hunter2']), ...reader.rest()]).toEqual([long, 'ab [secret removed]']);
  });
});

describe('what the search for repairs prints', () => {
  it('is told in words', () => {
    const place = { path: 'src/a.js', line: 3, before: 'a - b', after: 'a + b' };
    expect(
      read([
        { type: 'said', text: 'looks at src/a.js' },
        { type: 'searched', tried: 12, limit: 500, plausible: 1 },
        { type: 'plausible', patch: { places: [place] } },
        { type: 'ended', tried: 40, reason: 'found' },
      ]),
    ).toEqual([
      'looks at src/a.js',
      'tried 12 of 500 candidates, 1 plausible',
      '> plausible: src/a.js:3',
      '  - a - b',
      '  + a + b',
      '= ended after 40 candidates: found',
    ]);
  });
});

describe('what Claude Code prints', () => {
  it('is told in words: what it asks for, what came of it, and how it ended', () => {
    expect(read(recorded('claude-code-writes'))).toMatchInlineSnapshot(`
      [
        "Claude Code begins with claude-opus-5-5",
        "> Write /world/tree/hello.txt",
        "  The file /world/tree/hello.txt has been updated successfully. (file state is current in your context — no need to Read it back)",
        "Done: wrote hello.txt",
        "= success: turns 2, 0.0163 USD",
      ]
    `);
    expect(read(recorded('claude-code-command-fails'))).toMatchInlineSnapshot(`
      [
        "Claude Code begins with claude-opus-5-5",
        "> Bash touch made; curl http://x",
        "! Exit code 6",
        "!   % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current",
        "!                                  Dload  Upload   Total   Spent    Left  Speed",
        "!   0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0curl: (6) Could not resolve host: x",
        "Done: wrote hello.txt",
        "= success: turns 2, 0.0163 USD",
      ]
    `);
    expect(read(recorded('claude-code-denied'))).toMatchInlineSnapshot(`
      [
        "Claude Code begins with claude-opus-5-5",
        "> Bash touch made; curl http://x",
        "! not allowed: This Bash command contains multiple operations. The following part requires approval: curl http://x",
        "! This Bash command contains multiple operations. The following part requires approval: curl http://x",
        "Done: wrote hello.txt",
        "= success: turns 2, 0.0163 USD",
      ]
    `);
    expect(read(recorded('claude-code-529'))).toMatchInlineSnapshot(`
      [
        "Claude Code begins with claude-opus-5-5",
        "! its model could not be asked: overloaded; it tries again",
        "! its model could not be asked: overloaded; it tries again",
        "API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:18788).",
        "= failed: turns 1, 0.0000 USD",
        "! API Error: 529 Overloaded. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:18788).",
      ]
    `);
    expect(read(recorded('claude-code-no-session'))).toMatchInlineSnapshot(`
      [
        "= error_during_execution: turns 0, 0.0000 USD",
        "! No conversation found with session ID: 3b756720-fd38-4af7-8fb9-05df1597a57f",
      ]
    `);
  });

  it('is told whatever it says, thinks and is answered, without secrets in it', () => {
    const session_id = '1';
    const assistant = (...content: readonly object[]) => ({ type: 'assistant', session_id, message: { content } });
    const user = (content: unknown) => ({ type: 'user', session_id, message: { content: [{ type: 'tool_result', content }] } });
    expect(
      read([
        { type: 'system', subtype: 'init', session_id },
        { type: 'system', subtype: 'hook', session_id },
        assistant({ type: 'thinking', thinking: 'first\nthen' }, { type: 'text', text: '\n\nSee:\n\n  code\n' }, { type: 'image' }),
        assistant({ type: 'tool_use', name: 'Odd', input: { deep: { one: 1 } } }, { type: 'tool_use', name: 'None', input: 7 }),
        user([{ type: 'text', text: 'hunter2hunter2\u001b[2J' }, { type: 'image' }]),
        user(undefined),
        user(Array.from({ length: 1_000 }, (_, index) => ({ type: 'text', text: `line ${index}` }))),
      ]),
    ).toEqual([
      'Claude Code begins',
      '~ first',
      '~ then',
      'See:',
      '',
      '  code',
      '> Odd {"deep":{"one":1}}',
      '> None {}',
      '  [secret removed]',
      '  [800 more lines before these]',
      ...Array.from({ length: 200 }, (_, index) => `  line ${index + 800}`),
    ]);
  });
});

describe('what Codex prints', () => {
  it('is told in words: what it runs as it begins, and what came of it', () => {
    expect(read(recorded('codex-command-fails'))).toMatchInlineSnapshot(`
      [
        "Codex begins",
        "! Model metadata for \`gpt-5.2\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.",
        "> run /bin/bash -lc 'echo no; exit 3'",
        "  no",
        "! exit code 3",
        "Done: wrote hello.txt",
        "= done",
      ]
    `);
    expect(read(recorded('codex-writes'))).toMatchInlineSnapshot(`
      [
        "Codex begins",
        "! Model metadata for \`gpt-5.2\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.",
        "> add /world/tree/p.txt",
        "Done: wrote hello.txt",
        "= done",
      ]
    `);
    expect(read(recorded('codex-401'))).toMatchInlineSnapshot(`
      [
        "Codex begins",
        "! Model metadata for \`gpt-5.2\` not found. Defaulting to fallback metadata; this can degrade performance and cause issues.",
        "! Reconnecting... 1/2 (unexpected status 401 Unauthorized: Incorrect API key provided, url: http://127.0.0.1:18788/v1/responses)",
        "! Reconnecting... 2/2 (unexpected status 401 Unauthorized: Incorrect API key provided, url: http://127.0.0.1:18788/v1/responses)",
        "! unexpected status 401 Unauthorized: Incorrect API key provided, url: http://127.0.0.1:18788/v1/responses",
        "= failed: unexpected status 401 Unauthorized: Incorrect API key provided, url: http://127.0.0.1:18788/v1/responses",
      ]
    `);
  });

  it('is told whatever kind of thing it did', () => {
    const done = (item: object) => ({ type: 'item.completed', item });
    const command = { type: 'command_execution', command: 'rm -rf /', aggregated_output: '' };
    expect(
      read([
        done({ type: 'reasoning', text: 'hm' }),
        { type: 'item.updated', item: { ...command, status: 'in_progress' } },
        done({ ...command, status: 'declined', exit_code: null }),
        done({ ...command, status: 'completed', exit_code: 0, aggregated_output: 'gone\n' }),
        done({ ...command, status: 'completed' }),
        done({ type: 'file_change', changes: [{ path: 'a.js', kind: 'update' }], status: 'failed' }),
        done({ type: 'mcp_tool_call', server: 'docs', tool: 'find', status: 'failed' }),
        done({ type: 'mcp_tool_call', server: 'docs', tool: 'find', status: 'completed' }),
        done({ type: 'web_search', query: 'why' }),
        done({ type: 'todo_list', items: [{ text: 'one', completed: true }, { text: 'two' }] }),
        done({ type: 'something new' }),
        { type: 'turn.failed' },
      ]),
    ).toEqual([
      '~ hm',
      '! not allowed',
      '  gone',
      '> update a.js (failed)',
      '> docs find (failed)',
      '> docs find',
      '> search why',
      '[x] one',
      '[ ] two',
      '= failed: ',
    ]);
  });
});

describe('what speaks the Agent Client Protocol', () => {
  const message = (rest: object) => ({ jsonrpc: '2.0', ...rest });
  const update = (told: object) => message({ method: 'session/update', params: { sessionId: '1', update: told } });
  const chunk = (text: string, of = 'agent_message_chunk') => update({ sessionUpdate: of, content: { type: 'text', text } });

  it('is told in words: pieces as lines, calls with what came of them, plans and permissions', () => {
    expect(
      read([
        message({ id: 1, result: {} }),
        chunk('I lo'),
        chunk('ok.\nThen'),
        chunk(' I write.'),
        chunk('hm', 'agent_thought_chunk'),
        update({ sessionUpdate: 'agent_message_chunk', content: { type: 'image' } }),
        update({ sessionUpdate: 'tool_call', toolCallId: '1', title: 'npm\ntest', kind: 'execute', status: 'pending' }),
        update({ sessionUpdate: 'tool_call_update', toolCallId: '1', status: 'in_progress' }),
        update({
          sessionUpdate: 'tool_call_update',
          toolCallId: '1',
          status: 'failed',
          content: [{ type: 'content', content: { type: 'text', text: '1 failed' } }, { type: 'diff' }],
        }),
        update({ sessionUpdate: 'tool_call', toolCallId: '2', kind: 'edit', status: 'completed' }),
        message({ id: 2, method: 'session/request_permission', params: { toolCall: { title: 'rm -rf /' } } }),
        message({ id: 3, method: 'session/request_permission' }),
        update({
          sessionUpdate: 'plan',
          entries: [
            { content: 'look', status: 'completed' },
            { content: 'write', status: 'in_progress' },
            { content: 'test', status: 'pending' },
          ],
        }),
        update({ sessionUpdate: 'plan' }),
        update({ sessionUpdate: 'usage_update' }),
        message({ method: 'session/update' }),
        message({ id: 4, error: { code: 1, message: 'out of words' } }),
        chunk('The end'),
      ]),
    ).toEqual([
      'I look.',
      'Then I write.',
      '~ hm',
      '> npm test',
      '  1 failed',
      '! failed',
      '> edit',
      '> asks for permission: rm -rf /',
      '> asks for permission:',
      '[x] look',
      '[>] write',
      '[ ] test',
      '! out of words',
      'The end',
    ]);
  });

  it('has no secret told that comes in pieces, and long lines only up to a word', () => {
    expect(read([chunk('it is hunter2'), chunk('hunter2\n')])).toEqual(['it is [secret removed]']);
    const words = read([chunk(`${'word '.repeat(3_300)}hunter2`), chunk('hunter2')]);
    expect(words.at(-1)).toBe('[secret removed]');
    expect(read([chunk('x'.repeat(20_000)), chunk('y')])).toEqual([expect.stringMatching(/^x+ \[11809 more characters\]$/)]);
  });
});
