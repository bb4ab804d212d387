import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { createService } from '../src/server.js';

const service = createService({ commit: 'abc123' });
let address = '';

before(async () => {
  await once(service.listen(0, '127.0.0.1'), 'listening');
  address = `http://127.0.0.1:${service.address().port}`;
});
after(() => service.close());

async function ask(path) {
  const answer = await fetch(address + path);
  return { status: answer.status, body: await answer.json() };
}

test('says of which commit it is', async () => {
  assert.deepEqual(await ask('/healthz'), { status: 200, body: { commit: 'abc123' } });
});

test('counts, and says what is wrong with a question', async () => {
  assert.equal((await ask('/workdays?from=2026-03-02&to=2026-03-13')).body.workdays, 10);
  assert.deepEqual(await ask('/workdays?from=2026-03-02'), { status: 400, body: { error: 'a date is missing' } });
});

test('has nothing elsewhere', async () => {
  assert.equal((await ask('/elsewhere')).status, 404);
});
