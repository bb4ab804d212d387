import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../temporary.ts';
import { writesFile } from './real-agents.ts';
import { openScriptedProvider } from './scripted-provider.ts';

const file = { path: 'hello.txt', content: "it's here\n" };
const done = { role: 'user', content: [{ type: 'tool_result', tool_use_id: '1', content: 'ok' }] };

async function ask(tools: readonly unknown[], messages: readonly unknown[], system = 'Primary working directory: /work/tree\nOn Linux.') {
  await using provider = await openScriptedProvider({ script: writesFile(file) });
  const body = JSON.stringify({ model: 'm', max_tokens: 10, system, tools, messages });
  const answer = await fetch(`${provider.url('anthropic')}/v1/messages`, { method: 'POST', body });
  return (await answer.json()) as {
    readonly content: ReadonlyArray<{ readonly text?: string; readonly input?: { readonly cmd: string } }>;
  };
}

function offered(name: string, ...properties: readonly string[]) {
  return {
    name,
    input_schema: { type: 'object', properties: Object.fromEntries(properties.map((property) => [property, { type: 'string' }])) },
  };
}

const start = { role: 'user', content: 'Write the file.' };

test('a tool for writing is preferred, and told the whole path where it asks for one', async () => {
  const tools = [offered('Bash', 'command'), offered('Write', 'file_path', 'content')];
  expect(await ask(tools, [start])).toMatchObject({
    content: [{ name: 'Write', input: { file_path: '/work/tree/hello.txt', content: file.content } }],
  });
  expect(await ask([offered('write', 'path', 'content')], [start])).toMatchObject({ content: [{ input: { path: 'hello.txt' } }] });
});

test('a shell does where there is no such tool', async () => {
  await using folder = await temporaryFolder();
  const { content } = await ask([offered('exec_command', 'cmd')], [start]);
  execFileSync('sh', ['-c', content[0]?.input?.cmd ?? 'false'], { cwd: folder.path });
  expect(readFileSync(join(folder.path, file.path), 'utf8')).toBe(file.content);
});

test('it says that it is done once the tool has answered, and a few words where there are no tools', async () => {
  const call = { role: 'assistant', content: [{ type: 'tool_use', id: '1', name: 'Write', input: {} }] };
  expect((await ask([offered('Write', 'file_path')], [start, call, done])).content[0]?.text).toBe('Done: wrote hello.txt');
  expect((await ask([], [start])).content[0]?.text).toBe('Write a file');
});
