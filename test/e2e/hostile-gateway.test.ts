/** @module-tag campaign */
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hello } from '../support/models/exchange-stand.ts';
import { endOf, modelPlace, scriptedKey } from '../support/model-place.ts';

const minute = 60_000;

/** What a program of a world tries with the gateway: everything but what it is for. It prints what it has found out. */
const attack = String.raw`
const net = require('node:net'), fs = require('node:fs'), path = require('node:path');
const base = new URL(process.env.MIYABI_GATEWAY_SCRIPTED);
const key = ['sk', 'very', 'secret', 'indeed'].join('-');
const found = [];
const look = (what, text) => { if (String(text).includes(key)) found.push(what); };
const raw = (text, ms = 1500) => new Promise((resolve) => {
  let answer = '';
  const socket = net.connect(Number(base.port), base.hostname, () => socket.write(text, 'latin1'));
  socket.on('data', (data) => { answer += data.toString('latin1'); });
  socket.on('error', () => {});
  const timer = setTimeout(() => socket.destroy(), ms);
  socket.on('close', () => { clearTimeout(timer); look('raw', answer); resolve(answer); });
});
const host = base.host, at = base.pathname;
const call = (more) => JSON.stringify({ model: 'cheap', max_tokens: 100, messages: [{ role: 'user', content: 'Hello' }], ...more });
const post = (target, body, headers = '', version = '1.1') =>
  'POST ' + target + ' HTTP/' + version + '\r\nHost: ' + host + '\r\nContent-Type: application/json\r\n' + headers + 'Content-Length: ' + Buffer.byteLength(body) + '\r\nConnection: close\r\n\r\n' + body;
(async () => {
  look('environment', JSON.stringify(process.env));
  for (const pid of fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
    for (const file of ['environ', 'cmdline']) { try { look('/proc/' + pid, fs.readFileSync('/proc/' + pid + '/' + file)); } catch {} }
  const chat = at + '/chat/completions';
  const smuggled = post(chat + '/../embeddings', call());
  const status = {};
  const note = (name, answer) => { status[name] = (answer.match(/^HTTP\/1\.[01] (\d+)/) || [])[1] || 'none'; };
  note('plain', await raw(post(chat, call())));
  note('http10', await raw(post(chat, call(), '', '1.0')));
  note('both lengths', await raw('POST ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n' + smuggled));
  note('two lengths', await raw('POST ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\n{}' + smuggled));
  note('odd coding', await raw('POST ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n' + smuggled));
  note('folded', await raw('POST ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n'));
  note('huge header', await raw('GET ' + at + '/models HTTP/1.1\r\nHost: ' + host + '\r\nX: ' + 'a'.repeat(300000) + '\r\n\r\n'));
  note('connect', await raw('CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: 127.0.0.1:22\r\n\r\n'));
  note('connect provider', await raw('CONNECT ' + process.argv[2] + ' HTTP/1.1\r\nHost: ' + process.argv[2] + '\r\n\r\n'));
  note('absolute', await raw('GET http://' + process.argv[2] + '/v1/models HTTP/1.1\r\nHost: ' + process.argv[2] + '\r\nConnection: close\r\n\r\n'));
  note('trace', await raw('TRACE ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nConnection: close\r\n\r\n'));
  note('embeddings', await raw(post(at + '/embeddings', call())));
  note('dots', await raw(smuggled));
  note('files', await raw(post(at + '/files', call())));
  note('batches', await raw(post(at + '/batches', call())));
  note('many', await raw(post(chat, call({ n: 1000 }))));
  note('long', await raw(post(chat, call({ max_tokens: 1e9 }))));
  note('negative', await raw(post(chat, call({ max_tokens: -5 }))));
  note('text', await raw(post(chat, call({ max_tokens: '100' }))));
  note('no model', await raw(post(chat, call({ model: undefined }))));
  note('tool', await raw(post(chat, call({ tools: [{ type: 'web_search' }] }))));
  note('picture', await raw(post(chat, call({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://elsewhere.example/' } }] }] }))));
  note('cheap name', await raw(post(chat, call({ model: 'cheap-but-not-really' }))));
  note('key in header', await raw(post(chat, call(), 'Authorization: Bearer mine\r\nX-Api-Key: mine\r\nOpenAI-Organization: other\r\n')));
  const one = post(chat, call()).replace('Connection: close', 'Connection: keep-alive');
  const pipelined = await raw(one.repeat(5), 4000);
  status.pipelined = String(pipelined.split('HTTP/1.1 200').length - 1);
  // Bodies that never end, left alone; then a flood.
  const hanging = Array.from({ length: 30 }, () => { const socket = net.connect(Number(base.port), base.hostname, () => socket.write('POST ' + chat + ' HTTP/1.1\r\nHost: ' + host + '\r\nContent-Length: 1000\r\n\r\n{')); socket.on('error', () => {}); return socket; });
  note('beside hanging', await raw(post(chat, call({ user: 'x' }))));
  for (const socket of hanging) socket.destroy();
  let flood = 0;
  for (let round = 0; round < 50; round += 1) {
    const answers = await Promise.all(Array.from({ length: 40 }, () => raw(post(at + '/nothing', '{}'), 5000)));
    flood += answers.filter((answer) => /^HTTP\/1.1 (403|404|503)/.test(answer)).length;
  }
  status.flood = String(flood);
  note('after it', await raw(post(chat, call({ seed: 7 }))));
  fs.writeFileSync('src/add.js', fs.readFileSync('src/add.js', 'utf8').replace('a - b', 'a + b'));
  fs.writeFileSync('tried.json', JSON.stringify({ found, status }));
})().catch((error) => { console.error(error); process.exit(1); });
`;

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

it(
  'a world that does everything with the gateway but what it is for has no key, no other place and no more money, and is served as before',
  async (context) => {
    const reflects = (): typeof hello => ({ ...hello, say: `You asked with ${scriptedKey}.` });
    await using here = await modelPlace({ cheap: reflects }, { env: { MIYABI_ISOLATION: 'auto', MIYABI_AGENT_PROVIDERS: '["scripted"]' } });
    const { stdout: doctor } = await here.miyabi(['doctor', '--json']);
    const { findings } = JSON.parse(doctor) as { findings: { name: string; status: string; detail: string }[] };
    const isolation = findings.find(({ name }) => name === 'Isolation');
    context.skip(isolation?.status !== 'ok', `not run here: ${isolation?.detail ?? 'doctor does not say'}`);

    await writeFile(join(here.project, 'attack.cjs'), attack);
    await here.git('add', '.');
    await here.git('commit', '-qm', 'An attack');
    const { host } = new URL(here.provider.url('openai-chat'));
    const end = await here.run([{ agent: 'command', command: `node attack.cjs ${host}` }], ['--budget', '1']);
    expect(end, end.stderr).toMatchObject({ code: 0 });
    const { report, worlds } = endOf(end);
    expect(worlds['alpha']).toMatchObject({ status: 'success' });
    const told = JSON.parse(await here.git('show', `${report.branch!}:tried.json`)) as { found: string[]; status: Record<string, string> };
    expect(told.found).toEqual([]);
    expect(told.status).toMatchObject({
      plain: '200',
      http10: '200',
      'both lengths': '400',
      'two lengths': '400',
      'odd coding': expect.stringMatching(/^(?:400|501)$/),
      'huge header': expect.stringMatching(/^(?:4\d\d|none)$/),
      connect: '403',
      'connect provider': '403',
      absolute: '403',
      trace: '403',
      embeddings: '403',
      dots: '403',
      files: '403',
      batches: '403',
      many: '400',
      long: '400',
      negative: '400',
      text: '400',
      'no model': '400',
      tool: '400',
      picture: '400',
      'cheap name': '404',
      'key in header': '200',
      'beside hanging': '200',
      'after it': '200',
      flood: '2000',
    });
    expect(Number(told.status['pipelined'])).toBeLessThanOrEqual(5);
    for (const { path, credential } of here.provider.requests) {
      expect(path).toMatch(/\/(?:chat\/completions|models)$/);
      expect(credential).toBe(scriptedKey);
    }
    const shown = await here.miyabi(['show', 'last', '--json']);
    expect(end.stdout + end.stderr + shown.stdout + (await here.git('log', '--all', '-p', '--', '.', ':!attack.cjs'))).not.toContain(
      scriptedKey,
    );
    expect(filesBelow(here.state).filter((file) => readFileSync(file).includes(scriptedKey))).toEqual([]);
  },
  4 * minute,
);
