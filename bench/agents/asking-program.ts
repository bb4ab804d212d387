/**
 * A program in a world that asks a model. For each line that it is told it makes calls, one after the other, whose answers come as a stream, and
 * prints how long they took.
 */
import { createInterface } from 'node:readline';
import type { AskingAnswer, AskingRequest } from './gateway-calls.ts';

let count = 0;

async function call({ url, body }: AskingRequest): Promise<{ readonly firstMs: number; readonly ms: number }> {
  count += 1;
  const mark = `mark-${String(count).padStart(9, '0')}`;
  const begun = performance.now();
  const headers = { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': 'held-by-miyabi' };
  const answer = await fetch(url, { method: 'POST', headers, body: body.replace(/mark-\d{9}/, mark) });
  if (!answer.ok || answer.body === null) throw new Error(`${answer.status}: ${await answer.text()}`);
  let firstMs = Number.NaN;
  for await (const _ of answer.body) if (Number.isNaN(firstMs)) firstMs = performance.now() - begun;
  return { firstMs, ms: performance.now() - begun };
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as AskingRequest;
  const calls: Array<Awaited<ReturnType<typeof call>>> = [];
  for (let each = 0; each < request.calls; each += 1) calls.push(await call(request));
  const answer: AskingAnswer = { firstMs: calls.map(({ firstMs }) => firstMs), ms: calls.map(({ ms }) => ms) };
  console.log(JSON.stringify(answer));
}
