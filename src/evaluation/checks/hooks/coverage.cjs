/* oxlint-disable node/no-process-env -- It runs in the target's program, and is told what it must know there. */
'use strict';
/**
 * Notes which parts of the project's code this process ran, and writes it down at its end: for each script of the project the ranges that
 * V8 counted, and the text that was run where a runner had transformed it in memory.
 */
const { openSync, writeSync, closeSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { fileURLToPath } = require('node:url');
const vm = require('node:vm');
const { BroadcastChannel, isMainThread, threadId, Worker } = require('node:worker_threads');

/** Scripts and bytes of one process at most. */
const mostScripts = 1_000;
const mostBytes = 8_000_000;

const told = [...(process.env.NODE_OPTIONS ?? '').matchAll(/--conditions=miyabi-coverage:(\S+):(\S+)/g)].at(-1);
const isManager = /[\\/](npm-cli|npx-cli|npm|npx|pnpm|pnpx|yarn|yarnpkg|yarn-\d[\w.-]*|corepack)(\.[cm]?js)?$/.test(process.argv[1] ?? '');
// Somebody who counts already would lose counts to a second reader.
const isCounted = process.env.NODE_V8_COVERAGE !== undefined || process.execArgv.includes('--experimental-test-coverage');

function pathOf(name) {
  if (typeof name !== 'string') return undefined;
  try {
    return name.startsWith('file:') ? fileURLToPath(name.replace(/[?#].*$/, '')) : name.replace(/\?.*$/, '');
  } catch {
    return undefined;
  }
}

/** Texts that are run under the name of a file that is asked about, as `vm` is given them. */
function noteTransformed(wanted) {
  const noted = [];
  const note = (code, options) => {
    const name = pathOf(typeof options === 'string' ? options : options?.filename);
    if (name !== undefined && wanted.has(name) && noted.length < mostScripts) {
      noted.push({ path: name, code: String(code), shift: -(options.columnOffset ?? 0) });
    }
  };
  const { Script, runInThisContext, compileFunction } = vm;
  vm.Script = class extends Script {
    constructor(code, options) {
      super(code, options);
      note(code, options);
    }
  };
  vm.runInThisContext = (code, options) => {
    note(code, options);
    return runInThisContext(code, options);
  };
  vm.compileFunction = (code, parameters, options) => {
    note(code, options);
    return compileFunction(code, parameters, options);
  };
  Module.syncBuiltinESMExports();
  return noted;
}

const channelName = 'miyabi-coverage';
/** How long a thread that is to end is waited for, ms. */
const longestWait = 3_000;

/** A thread that is terminated has no `exit`. */
function writeBeforeTermination(write) {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }) => {
    if (data.ending !== threadId) return;
    write();
    channel.postMessage({ written: threadId });
  });
  channel.unref();
}

function askBeforeTermination() {
  const terminate = Reflect.get(Worker.prototype, 'terminate');
  Worker.prototype.terminate = async function (...given) {
    const thread = this.threadId;
    if (thread > 0) {
      const channel = new BroadcastChannel(channelName);
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, longestWait);
        const done = () => {
          clearTimeout(timer);
          resolve();
        };
        channel.addEventListener('message', ({ data }) => data.written === thread && done());
        this.once('exit', done);
        channel.postMessage({ ending: thread });
      });
      channel.close();
    }
    return await terminate.apply(this, given);
  };
}

function begin(prefix, { root, paths }) {
  const { Session } = require('node:inspector');
  const session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true });
  const noted = noteTransformed(new Set(paths.map((file) => path.join(root, file))));
  let written = false;
  const write = () => {
    if (written) return;
    written = true;
    session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error) return;
      const scripts = [];
      for (const { url, functions } of taken.result) {
        const file = pathOf(url);
        if (file === undefined || !file.startsWith(root + path.sep) || /[\\/]node_modules[\\/]/.test(file)) continue;
        if (scripts.length < mostScripts)
          scripts.push({ path: path.relative(root, file), ranges: functions.flatMap(({ ranges }) => ranges) });
      }
      if (scripts.length === 0) return;
      const texts = noted.map((text) => ({ ...text, path: path.relative(root, text.path) }));
      const all = JSON.stringify({ scripts, texts });
      const descriptor = openSync(`${prefix}coverage-${process.pid}-${threadId}.json`, 'wx');
      writeSync(descriptor, all.length > mostBytes ? '' : all);
      closeSync(descriptor);
    });
  };
  process.on('exit', write);
  if (!isMainThread) return writeBeforeTermination(write);
  askBeforeTermination();
  // Runners end their workers with it; what has run until then has run.
  const miyabiOnTerm = () => {
    write();
    if (process.listenerCount('SIGTERM') > 1) return;
    process.removeListener('SIGTERM', miyabiOnTerm);
    process.kill(process.pid, 'SIGTERM');
  };
  process.on('SIGTERM', miyabiOnTerm);
}

if (told !== undefined && !isManager && !isCounted) {
  try {
    begin(decodeURIComponent(told[1]), JSON.parse(decodeURIComponent(told[2])));
  } catch {
    // A Node without an inspector counts nothing, and runs the tests all the same.
  }
}
