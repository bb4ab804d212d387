#!/usr/bin/env node
/*
 * The launcher. Any Node must be able to read it, so it is written in old JavaScript, as CommonJS, and loads nothing
 * before it is needed: an old Node hands over to the project's own Node 24 where there is one, and says one sentence
 * where there is none.
 */
'use strict';

var fs = require('fs');
var path = require('path');

var neededNode = 24;
/** Exit code for a machine that has to be changed first. */
var misconfigured = 3;
var root = path.join(__dirname, '..');
/** A run was told that nobody reads any more; what it still writes is lost, and its exit code stands. */
var stopping = false;
var namespaceProgram = 'adapters/namespace/enter-program';
var quickProgram = 'app-quick-status';
/** Those that make worlds, take them away or say how they are made. The others start at once. */
var commandsWithWorlds = [
  'run',
  'resume',
  'parallel',
  'demo',
  'approve',
  'reject',
  'cancel',
  'pick',
  'plan',
  'fix',
  'retry',
  'gc',
  'doctor',
  'serve',
  'worker',
  'mcp',
];

void begin(process.argv.slice(2));

/** Nothing may have touched the standard streams before the namespace is entered: they are handed on as they were found. */
function begin(args) {
  if (isQuick(args)) return quickly(args);
  if (!mayNeedNamespace(args)) return main(args);
  return import(require('url').pathToFileURL(programOf(namespaceProgram)).href).then(function (namespace) {
    namespace.enterNamespace(process.env, __filename, args);
    main(args);
  });
}

/** The list of runs is asked for by prompts and status bars, again and again: it is told before anything else is loaded or made. */
function isQuick(args) {
  return (
    args.length > 0 &&
    commandOf(args) === 'status' &&
    nodeMajor() >= neededNode &&
    !isFreshCheckout() &&
    fs.existsSync(programOf(quickProgram))
  );
}

function quickly(args) {
  cacheCompiledCode();
  return import(require('url').pathToFileURL(programOf(quickProgram)).href)
    .then(function (quick) {
      return quick.statusQuickly(process.env, args);
    })
    .then(function (isTold) {
      if (!isTold) main(args);
    });
}

function mayNeedNamespace(args) {
  if (process.platform !== 'linux' || process.geteuid() === 0 || process.env.MIYABI_NAMESPACE !== undefined) return false;
  if (nodeMajor() < neededNode || isFreshCheckout() || args.indexOf('--help') >= 0 || args.indexOf('-h') >= 0) return false;
  return commandsWithWorlds.indexOf(commandOf(args)) >= 0 && fs.existsSync(programOf(namespaceProgram));
}

/** The first word that is neither an option nor the value of the one that takes one. */
function commandOf(args) {
  return args.filter(function (word, at) {
    return word.charAt(0) !== '-' && args[at - 1] !== '--state' && args[at - 1] !== '--database';
  })[0];
}

function nodeMajor() {
  return Number(process.versions.node.split('.')[0]);
}

/** A checkout runs its sources, so that an old build is never what one tries; the package has only what was built. */
function programOf(name) {
  var source = path.join(root, 'src', name + '.ts');
  return fs.existsSync(source) ? source : path.join(root, 'dist', name + '.js');
}

function main(args) {
  quietWhenNobodyReads(process.stdout);
  quietWhenNobodyReads(process.stderr);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) return printVersion();
  if (process.platform === 'win32') return refuse('Miyabi runs on Linux, macOS, or Windows through WSL2.');
  if (isFreshCheckout()) return refuse('This checkout of Miyabi is not set up yet: run `npm start` in ' + root + ' once.');
  if (nodeMajor() >= neededNode) return start();
  return handOver(args);
}

/**
 * A reader that has seen enough, such as `head`, ends the program without a word. A run that is under way is stopped as Ctrl-C
 * stops it (main.ts listens), so that it is never left behind with the exit code of one that is done.
 */
function quietWhenNobodyReads(stream) {
  stream.on('error', function (error) {
    if (error.code !== 'EPIPE' && stream === process.stdout)
      process.stderr.write('Standard output cannot be written: ' + error.message + '\n');
    if (stopping) return;
    stopping = process.listenerCount('miyabi:unread') > 0;
    if (stopping) process.emit('miyabi:unread');
    else process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
}

function refuse(sentence) {
  process.stderr.write(sentence + '\n');
  process.exitCode = misconfigured;
}

function printVersion() {
  process.stdout.write(JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')).version + '\n');
}

/** A package has no lock file; a checkout has, and before its first `npm start` nothing else that it needs. */
function isFreshCheckout() {
  return fs.existsSync(path.join(root, 'package-lock.json')) && !fs.existsSync(path.join(root, 'node_modules'));
}

function start() {
  var program = programOf('main');
  if (!fs.existsSync(program)) return refuse('This copy of Miyabi is incomplete (no ' + program + '): install it again.');
  cacheCompiledCode();
  keepYoungGenerationSmall();
  void import(require('url').pathToFileURL(program).href);
}

/** Below the user's own cache folder; where there is none or it cannot be written, Node goes on without. */
function cacheCompiledCode() {
  var cache = process.env.XDG_CACHE_HOME || (process.env.HOME && path.join(process.env.HOME, '.cache'));
  if (cache) require('module').enableCompileCache(path.join(cache, 'miyabi', 'compile'));
}

/** A run allocates much that dies at once and little that stays; a young generation that doubles and doubles costs 20 MB for nothing. */
function keepYoungGenerationSmall() {
  require('v8').setFlagsFromString('--semi-space-growth-factor=1');
}

/** The rest happens in Node 24: same terminal, signals handed on, its end becomes ours. */
function handOver(args) {
  var ownNode = path.join(root, 'node_modules', 'node', 'bin', 'node');
  if (!fs.existsSync(ownNode)) {
    return refuse(
      'Miyabi needs Node ' + neededNode + ' or newer, and this is Node ' + process.versions.node + ': install it from https://nodejs.org.',
    );
  }
  var child = require('child_process').spawn(ownNode, [__filename].concat(args), { stdio: 'inherit' });
  // Ctrl-C at a terminal reaches the child by itself; handing it on would count twice.
  var atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  var signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  signals.forEach(function (signal) {
    process.on(signal, function () {
      if (!(atTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT'))) child.kill(signal);
    });
  });
  child.on('error', function (error) {
    refuse('Could not start Node ' + neededNode + ' (' + error.message + '): run npm ci again, or install it from https://nodejs.org.');
  });
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code);
    signals.forEach(function (name) {
      process.removeAllListeners(name);
    });
    process.kill(process.pid, signal);
  });
}
