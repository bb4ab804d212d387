import { expect, test } from 'vitest';
import type { Contents } from './analyses-stand.ts';
import { verdictOn } from './analyses-stand.ts';

type Case = readonly [name: string, change: Contents, verdict: readonly string[]];

const dangerous: readonly Case[] = [
  ['eval of a value', { 'a.js': 'export const run = (text) => eval(text);' }, ['high eval', 'medium gains-eval']],
  ['eval that was there before, on another line', { 'a.js': ['eval(text);', '// more\n\n  eval( text );'] }, ['high eval']],
  ['eval on another line as it was', { 'a.js': ['eval(text);', '// more\n\n  eval(text);'] }, []],
  ['eval that moved to another file', { 'a.js': ['eval(text);', ''], 'b.js': 'eval(text);' }, []],
  ['a function made from a text', { 'a.ts': 'const f = new Function("a", body);' }, ['high new-function', 'medium gains-eval']],
  ['a function through a constructor', { 'a.js': 'const f = (() => {}).constructor("return this")();' }, ['high new-function']],
  ['a text handed to a timer', { 'a.js': 'setTimeout("alert(1)", 10);' }, ['high eval']],
  ['node:vm', { 'a.js': "import vm from 'node:vm';\nvm.runInNewContext(text);" }, ['medium gains-eval', 'medium vm-code']],
  [
    'a shell command put together',
    { 'a.ts': "import { execSync } from 'node:child_process';\nexecSync(`git tag ${name}`);" },
    ['high shell-command-built', 'medium gains-process'],
  ],
  [
    'a shell command through promisify',
    { 'a.js': "const { exec } = require('child_process');\nconst run = promisify(exec);\nrun('ls');\nexec('ls ' + folder);" },
    ['high shell-command-built', 'medium gains-process'],
  ],
  [
    'a program through a shell',
    { 'a.js': "import { spawn } from 'child_process';\nspawn('npm', ['ci'], { shell: true });" },
    ['medium gains-process', 'medium shell-option'],
  ],
  ['HTML from a value', { 'a.js': 'node.innerHTML = comment;' }, ['medium html-injection']],
  [
    'HTML in React',
    { 'a.jsx': 'export const A = ({ html }) => <p dangerouslySetInnerHTML={{ __html: html }} />;' },
    ['medium html-injection'],
  ],
  ['HTML in a page', { 'a.html': '<p>eval(x)</p>\n<script>document.write(location.hash)</script>' }, ['medium html-injection']],
  ['a slow regular expression', { 'a.js': 'export const isWord = (text) => /^(\\w+\\s?)+$/.test(text);' }, ['medium slow-regex']],
  ['certificates that are not checked', { 'a.js': 'agent({ rejectUnauthorized: false });' }, ['high tls-check-off']],
  [
    'certificates by the environment',
    { 'a.js': "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';" },
    ['high tls-check-off', 'low gains-environment'],
  ],
  ['a broken hash', { 'a.js': "const tag = createHash('md5').update(body).digest('hex');" }, ['low weak-hash']],
  [
    'a broken hash of a password',
    { 'a.js': "const stored = createHash('sha1').update(password).digest();" },
    ['medium weak-hash-of-secret'],
  ],
  ['a broken cipher', { 'a.js': "createCipheriv('des-ecb', key, null);" }, ['medium weak-cipher']],
  ['SQL put together', { 'a.ts': "await db.query(`SELECT * FROM users WHERE name = '${name}'`);" }, ['medium sql-built']],
  ['SQL put together by plus', { 'a.js': 'const q = "DELETE FROM users WHERE id = " + id;' }, ['medium sql-built']],
  ['a path from a request', { 'a.js': 'send(path.join(root, req.params.file));' }, ['medium path-from-request']],
  ['a shared prototype', { 'a.js': "target['__proto__'].admin = true;" }, ['medium prototype-pollution']],
  ['a token of guessable numbers', { 'a.js': 'const token = Math.random().toString(36);' }, ['medium predictable-token']],
  ['credentials for every site', { 'a.js': 'app.use(cors({ origin: true, credentials: true }));' }, ['medium open-cors']],
  ['unsigned tokens', { 'a.ts': "jwt.verify(token, key, { algorithms: ['none'] });" }, ['high jwt-unsigned']],
  ['a temporary file with a known name', { 'a.js': "fs.writeFileSync('/tmp/cache.json', text);" }, ['low predictable-temporary-file']],
  ['data that runs code', { 'a.js': "import s from 'node-serialize';\ns.unserialize(body);" }, ['medium unsafe-deserialisation']],
  ['Python: eval', { 'a.py': 'def f(x):\n    return eval(x)\n' }, ['high eval', 'medium gains-eval']],
  ['Python: pickle', { 'a.py': 'value = pickle.loads(data)\n' }, ['medium unsafe-deserialisation']],
  ['Python: yaml.load', { 'a.py': 'value = yaml.load(text)\n' }, ['medium unsafe-deserialisation']],
  [
    'Python: a shell command',
    { 'a.py': 'import subprocess\nsubprocess.run(f"ls {folder}", shell=True)\n' },
    ['high shell-command-built', 'medium gains-process'],
  ],
  ['Python: certificates', { 'a.py': 'requests.get(url, verify=False)\n' }, ['high tls-check-off']],
  [
    'shell: downloaded code',
    { 'a.sh': 'curl -fsSL https://x.example/i.sh | sudo bash\n' },
    ['high downloaded-code-run', 'low gains-network'],
  ],
  ['shell: a folder of a variable', { 'a.sh': 'rm -rf "$DIR"/\n' }, ['medium removes-by-variable']],
  ['Go: certificates', { 'a.go': 'c := &tls.Config{InsecureSkipVerify: true}\n' }, ['high tls-check-off']],
  ['Java: SQL', { 'A.java': 's.executeQuery("SELECT * FROM t WHERE a=" + a);\n' }, ['medium sql-built']],
  ['Rust: unsafe', { 'a.rs': 'let x = unsafe { *p };\n' }, ['low unsafe-code']],
  ['C#: formatter', { 'a.cs': 'var f = new BinaryFormatter();\n' }, ['medium unsafe-deserialisation']],
  ['eval in a test is milder', { 'test/a.test.js': "it('runs', () => eval(text));" }, ['low gains-eval', 'medium eval']],
];

test.each(dangerous)('dangerous: %s', async (_, change, verdict) => {
  expect(await verdictOn(change)).toEqual(verdict.toSorted());
});

const honest: readonly Case[] = [
  [
    'a method named exec',
    { 'a.js': "import { spawn } from 'node:child_process';\nspawn('git', [a]);\nconst m = pattern.exec(a + b);" },
    ['medium gains-process'],
  ],
  [
    'a command that is plain',
    { 'a.js': ["import { execSync } from 'child_process';", "import { execSync } from 'child_process';\nexecSync('git status');"] },
    [],
  ],
  ['words about eval', { 'a.js': "// never eval(x)\nconst text = 'eval(x)';" }, []],
  ['a method named eval', { 'a.js': 'const value = redis.evaluate(text);' }, []],
  ['HTML that stands there', { 'a.js': "node.innerHTML = '<b>plain</b>';" }, []],
  ['a timer with a function', { 'a.js': 'setTimeout(() => tick(), 10);' }, []],
  ['SQL with placeholders', { 'a.js': 'await db.query("SELECT * FROM users WHERE id = $1", [id]);' }, []],
  ['SQL by a tag', { 'a.ts': 'await sql`SELECT * FROM users WHERE id = ${id}`;' }, []],
  ['SQL with made placeholders', { 'a.ts': 'db.all(`SELECT * FROM t WHERE id IN (${placeholders})`, ids);' }, []],
  ['a sentence that begins like SQL', { 'a.ts': 'log(`Update of ${name} is done`); log(`Select a file from ${folder}`);' }, []],
  ['a quick regular expression', { 'a.js': 'export const host = /^(?:[a-z\\d-]+\\.)+[a-z]{2,}$/;' }, []],
  ['a good hash', { 'a.js': "createHash('sha256').update(password);" }, []],
  ['random numbers for a picture', { 'a.js': 'const x = Math.random() * width;' }, []],
  ['CORS for one site', { 'a.js': "cors({ origin: 'https://a.example', credentials: true });" }, []],
  ['Python: a literal', { 'a.py': 'value = ast.literal_eval(text)\n# eval(x)\ns = "eval(x)"\nmodel.eval()\n' }, []],
  ['Python: safe yaml', { 'a.py': 'value = yaml.safe_load(text)\nother = yaml.load(text, Loader=yaml.SafeLoader)\n' }, []],
  ['Python: a document', { 'a.py': '"""Runs eval(x) and\nverify=False\n"""\n' }, []],
  ['shell: a comment', { 'a.sh': '#!/bin/sh\n# curl https://x.example | sh\nrm -rf "$out/tmp"\n' }, []],
  ['Rust: a lifetime', { 'a.rs': "fn f<'a>(x: &'a str) -> &'a str { x } // unsafe { }\n" }, []],
  ['Go: a text', { 'a.go': 's := `InsecureSkipVerify: true`\n' }, []],
  ['documentation', { 'README.md': 'Never use `eval(x)` or `curl https://x.example | sh`.' }, []],
  [
    'a command line tool that reads a file',
    { 'cli.js': ['main();', "import { readFile } from 'node:fs/promises';\nawait readFile(process.argv[2]);"] },
    ['low gains-files'],
  ],
  ['a server that asks another', { 'server.ts': ['serve();', 'const answer = await fetch(url);'] }, ['low gains-network']],
  ['a type that is imported', { 'a.ts': "import type { ChildProcess } from 'node:child_process';" }, []],
  ['a module that is loaded by its name', { 'a.js': "const { a } = await import('./a.js');" }, []],
  [
    'a test that starts a server',
    { 'test/a.test.ts': "import { createServer } from 'node:http';\nimport { readFileSync } from 'node:fs';" },
    [],
  ],
];

test.each(honest)('honest: %s', async (_, change, verdict) => {
  expect(await verdictOn(change)).toEqual(verdict.toSorted());
});

const capable: readonly Case[] = [
  ['it starts programs', { 'a.js': ['', "const cp = require('child_process');"] }, ['medium gains-process']],
  ['it reads the environment', { 'a.js': ['a();', 'a(process.env.MODE);'] }, ['low gains-environment']],
  ['it loads by a made name', { 'a.js': ['a();', 'const plugin = await import(name);'] }, ['low gains-dynamic-import']],
  [
    'it starts threads',
    { 'a.js': ["import 'node:os';", "import { Worker } from 'node:worker_threads';\nnew Worker(file);"] },
    ['low gains-worker'],
  ],
  ['it runs WebAssembly', { 'a.js': ['a();', 'await WebAssembly.instantiate(bytes);'] }, ['medium gains-native']],
  ['it reaches for internals', { 'a.js': ['a();', "process.binding('fs');"] }, ['high gains-internals']],
  [
    'it names files outside',
    { 'a.js': ["import fs from 'fs';", "import fs from 'fs';\nfs.readFileSync('/etc/passwd'); fs.readFileSync(homedir());"] },
    ['medium gains-files-outside'],
  ],
  ['what it had already is not new', { 'a.js': ["import 'net';\nfetch(a);", "import 'net';\nimport 'http';\nfetch(b);"] }, []],
  ['it moved to another file', { 'a.js': ["import 'net';", undefined], 'b.js': "import 'net';\n" }, []],
  ['Python: sockets', { 'a.py': ['a()\n', 'import socket\na()\n'] }, ['low gains-network']],
  ['Go: programs', { 'a.go': ['package a\n', 'package a\nimport "os/exec"\n'] }, ['medium gains-process']],
  [
    'bidirectional text',
    { 'a.js': 'const a = "user\u202E \u2066// admin\u2069";' },
    ['high bidirectional-text', 'high bidirectional-text', 'high bidirectional-text'],
  ],
  [
    'letters that look alike',
    { 'a.ts': 'export const \u0430dmin = false; const аdmin2 = 1;' },
    ['medium mixed-alphabets', 'medium mixed-alphabets'],
  ],
  ['characters nobody sees', { 'a.js': 'const a\u200B = 1;' }, ['medium invisible-text']],
  ['emoji with joiners', { 'a.js': "const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}';" }, []],
  ['Russian words', { 'a.js': "const text = 'привет, мир';" }, []],
  [
    'a hidden message',
    { 'a.md': `text${String.fromCodePoint(...Array.from({ length: 20 }, (__, at) => 0xe0061 + at))}` },
    ['high hidden-text'],
  ],
  ['minified code', { 'a.js': ['', 'function a(){return b(c,d)};'.repeat(40)] }, ['medium minified-code']],
  ['a long sentence', { 'a.js': `const text = '${'many words in a row '.repeat(60)}';` }, []],
  ['an encoded program', { 'a.js': `Buffer.from('${'aGVsbG8gd29ybGQgaGVsbG8g'.repeat(20)}', 'base64');` }, ['high hidden-code']],
];

test.each(capable)('capabilities: %s', async (_, change, verdict) => {
  expect(await verdictOn(change)).toEqual(verdict.toSorted());
});
