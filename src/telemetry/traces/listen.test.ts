import { expect, test } from 'vitest';
import type { AttemptId, JobId } from '../../domain/ids.ts';
import type { Operation } from '../../domain/signals.ts';
import type { TraceId } from '../../domain/trace.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { createTelemetry } from '../create-telemetry.ts';
import { listenForTraces } from './listen.ts';
import type { FinishedSpan } from './span.ts';

const trace = '0192f0c111117abc8def000000000001' as TraceId;
const attempt = '0192f0c1-1111-7abc-8def-000000000004' as AttemptId;
const place = { run: '0192f0c1-1111-7abc-8def-000000000001' as JobId, trace, attempt, world: 'beta' };

function stand({ content, keeps = () => true }: { readonly content?: (text: string) => string; readonly keeps?: () => boolean } = {}) {
  let now = 1_000;
  const clock = { now: () => now, monotonic: () => (now += 10) };
  const telemetry = createTelemetry(clock, (text) => {
    throw new Error(text);
  });
  const sent: Array<readonly FinishedSpan[]> = [];
  telemetry.listen(listenForTraces({ keeps, content, now: clock.now, send: (spans) => void sent.push(spans) }));
  return { telemetry, sent };
}

async function inAttempt(telemetry: Telemetry, work: () => Promise<unknown>): Promise<void> {
  await telemetry.within(place, async () => await telemetry.measure({ kind: 'attempt', name: 'miyabi.world.run' }, work));
}

const nothing = async (): Promise<void> => await Promise.resolve();

test('what happens in an execution stands below its span, and comes no earlier than what is above it', async () => {
  const { telemetry, sent } = stand();
  await inAttempt(telemetry, async () => {
    await telemetry.measure({ kind: 'agent', name: 'model', facts: { provider: 'google', model: 'g-1' } }, async () => {
      await telemetry.measure({ kind: 'model', name: 'model call', facts: { provider: 'openai', purpose: 'agent' } }, async ({ note }) => {
        await nothing();
        note({ model: 'gpt-x', inputTokens: 100, outputTokens: 20, cached: false, costMicroUsd: 1_000 });
      });
      expect(sent).toEqual([]);
      await telemetry.measure({ kind: 'tool', name: 'edit', tookMs: 5 }, async ({ end }) => await Promise.resolve(end('failed')));
    });
    await telemetry.measure({ kind: 'git', name: 'git commitFolder' }, nothing);
  });
  const [chat, tool, agent, git] = sent.flat();
  expect(sent.map((spans) => spans.length)).toEqual([3, 1]);
  expect([chat, tool, agent, git].map((span) => span?.name)).toEqual([
    'chat gpt-x',
    'execute_tool edit',
    'invoke_agent model',
    'git commitFolder',
  ]);
  expect([agent?.parent, git?.parent]).toEqual(['8def000000000004', '8def000000000004']);
  expect([chat?.parent, tool?.parent]).toEqual([agent?.id, agent?.id]);
  expect(chat).toMatchObject({ kind: 'client', error: undefined });
  expect(chat?.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': 'gpt-x',
    'gen_ai.usage.input_tokens': 100,
    'gen_ai.usage.output_tokens': 20,
    'miyabi.cost.usd': 0.001,
    'miyabi.purpose': 'agent',
    'miyabi.world.name': 'beta',
  });
  expect(tool).toMatchObject({ error: 'failed', attributes: { 'gen_ai.tool.name': 'edit' } });
  expect(agent?.attributes).toMatchObject({ 'gen_ai.provider.name': 'gcp.gemini', 'gen_ai.conversation.id': attempt });
});

test('of a fault its class is told, and none of its words', async () => {
  const { telemetry, sent } = stand();
  const operation: Operation = { kind: 'git', name: 'git publish' };
  const failing = inAttempt(
    telemetry,
    async () => await telemetry.measure(operation, async () => await Promise.reject(new RangeError('marmalade'))),
  );
  await expect(failing).rejects.toThrow('marmalade');
  expect(sent.flat()).toMatchObject([{ name: 'git publish', error: 'RangeError' }]);
  expect(JSON.stringify(sent)).not.toContain('marmalade');
});

test('content is an event of what it was told in, without secrets, and nothing of it is kept where nobody asked for it', async () => {
  const tell = async (telemetry: Telemetry): Promise<void> =>
    await inAttempt(telemetry, async () =>
      telemetry.measure({ kind: 'agent', name: 'model' }, async () => {
        await nothing();
        telemetry.tell({ type: 'content', of: 'prompt', text: 'marmalade with sk-1' });
      }),
    );
  const open = stand({ content: (text) => text.replace('sk-1', '(removed)') });
  await tell(open.telemetry);
  expect(open.sent.flat()[0]?.events).toMatchObject([
    { name: 'gen_ai.client.inference.operation.details', attributes: { 'gen_ai.input.messages': 'marmalade with (removed)' } },
  ]);
  const closed = stand();
  await tell(closed.telemetry);
  expect(closed.sent.flat()[0]?.events).toEqual([]);
});

test('what is in no execution, or in one of a run that is not sampled, is no span; a webhook is, where a job came of it', async () => {
  const { telemetry, sent } = stand();
  await telemetry.measure({ kind: 'store', name: 'store write' }, nothing);
  await telemetry.measure({ kind: 'webhook', name: 'webhook receive', facts: { forge: 'github' } }, nothing);
  expect(sent).toEqual([]);
  await telemetry.measure({ kind: 'webhook', name: 'webhook receive', facts: { forge: 'github' } }, async ({ note }) => {
    await nothing();
    note({ job: place.run });
  });
  expect(sent.flat()).toMatchObject([{ trace, parent: '8def000000000001', name: 'webhook github', kind: 'server' }]);

  const unsampled = stand({ keeps: () => false });
  await inAttempt(unsampled.telemetry, async () => await unsampled.telemetry.measure({ kind: 'git', name: 'git change' }, nothing));
  expect(unsampled.sent).toEqual([]);
});

test('of an operation that lasts and does very much, what is done is let go before its end', async () => {
  const { telemetry, sent } = stand();
  await inAttempt(telemetry, async () =>
    telemetry.measure({ kind: 'agent', name: 'model' }, async () => {
      for (let at = 0; at < 1_000; at += 1) await telemetry.measure({ kind: 'tool', name: 'read' }, nothing);
      expect(sent.map((spans) => spans.length)).toEqual([1_000]);
    }),
  );
  expect(sent.map((spans) => spans.length)).toEqual([1_000, 1]);
});
