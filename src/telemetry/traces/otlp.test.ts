import { expect, test } from 'vitest';
import { otlpCollector } from '../../../test/support/otlp-collector.ts';
import type { SpanId, TraceId } from '../../domain/trace.ts';
import { openOtlp } from './otlp.ts';
import type { FinishedSpan } from './span.ts';

const trace = 'a'.repeat(32) as TraceId;

function span(number: number): FinishedSpan {
  const id = number.toString(16).padStart(16, '0') as SpanId;
  const timed = { startedAt: 1_700_000_000_000.25, endedAt: 1_700_000_000_001.5 };
  return {
    trace,
    id,
    parent: undefined,
    name: 'git change',
    kind: 'internal',
    ...timed,
    attributes: {},
    error: undefined,
    links: [],
    events: [],
  };
}

function many(count: number): readonly FinishedSpan[] {
  return Array.from({ length: count }, (_, at) => span(at + 1));
}

function sender(endpoint: string) {
  const heard: string[] = [];
  const { send, deliver, flush } = openOtlp(
    { url: `${endpoint}/v1/traces`, headers: { 'x-team': 'one' }, version: '1.2.3', instance: 'p-1', host: 'here' },
    {
      sent: (count) => void heard.push(`sent ${count}`),
      failed: (count) => void heard.push(`failed ${count}`),
      tell: (text) => void heard.push(text),
    },
  );
  return { send, deliver, flush, heard };
}

test('what is sent comes in batches, as whom and when it was, and with its class of error', async () => {
  await using collector = await otlpCollector();
  const { send, flush, heard } = sender(collector.endpoint);
  send([{ ...span(1), error: 'RangeError', attributes: { 'miyabi.world.name': 'beta', 'vcs.change.id': undefined } }, span(2)]);
  await flush();
  expect(heard).toEqual(['sent 2']);
  const [first, second] = collector.spans;
  expect(first).toMatchObject({
    attributes: { 'miyabi.world.name': 'beta', 'error.type': 'RangeError' },
    status: { code: 2 },
    startTimeUnixNano: '1700000000000250000',
    endTimeUnixNano: '1700000000001500000',
    resource: { 'service.version': '1.2.3', 'service.instance.id': 'p-1', 'host.name': 'here' },
  });
  expect(second?.status.code ?? 0).toBe(0);
  expect(collector.headers[0]).toMatchObject({ 'x-team': 'one' });
});

test('what is more than is kept for a collector is lost, and counted', async () => {
  await using collector = await otlpCollector();
  const { send, flush, heard } = sender(collector.endpoint);
  send(many(5_000));
  await flush();
  expect(heard.filter((each) => each.startsWith('failed'))).toEqual(['failed 904']);
  expect(collector.spans).toHaveLength(4_096);
});

test('what is delivered at once is taken or not; that it cannot be sent is told once', async () => {
  await using collector = await otlpCollector();
  const { deliver, heard } = sender(collector.endpoint);
  await deliver(many(501));
  expect(collector.bodies).toHaveLength(2);
  collector.answer(404);
  await expect(deliver(many(1))).rejects.toThrow();
  await expect(deliver(many(1))).rejects.toThrow();
  collector.answer(200);
  await deliver(many(1));
  const told = expect.stringMatching(/^Traces cannot be sent: .*\. Work goes on without them\.$/) as unknown;
  expect(heard).toEqual(['sent 500', 'sent 1', 'failed 1', told, 'failed 1', 'sent 1']);
});

test('what the collector refuses for what it is holds nothing up behind it', async () => {
  await using collector = await otlpCollector();
  const { deliver, heard } = sender(collector.endpoint);
  collector.answer(400);
  await deliver(many(2));
  collector.answer(200);
  await deliver(many(1));
  expect(heard).toEqual(['failed 2', expect.stringMatching(/^Traces cannot be sent/) as unknown, 'sent 1']);
});
