import type { RuleName } from '../../rules.ts';
import type { Found } from '../found.ts';
import type { CodeNode } from './tree.ts';

type Capability = Extract<RuleName, `gains-${string}`>;

/** Modules of Node and of others, and what they are for. */
const modules: readonly (readonly [RegExp, Capability])[] = [
  [/^(?:node:)?child_process$|^(?:execa|cross-spawn|shelljs|zx|tinyexec|node-pty)$/, 'gains-process'],
  [
    /^(?:node:)?(?:https?|http2|net|tls|dgram|dns)(?:\/|$)|^(?:undici|axios|node-fetch|got|ws|request|superagent|ky|nodemailer|socket\.io(?:-client)?|ssh2)$/,
    'gains-network',
  ],
  [/^(?:node:)?vm$|^(?:vm2|isolated-vm)$/, 'gains-eval'],
  [/^(?:node:)?fs(?:\/|$)|^(?:fs-extra|graceful-fs|rimraf|del)$/, 'gains-files'],
  [/^(?:node:)?(?:worker_threads|cluster)$/, 'gains-worker'],
  [/\.node$|^(?:ffi-napi|koffi|node-gyp-build|bindings|node-addon-api)$|^(?:node:)?wasi$/, 'gains-native'],
  [/^(?:node:)?(?:inspector|repl|v8|internal\/)/, 'gains-internals'],
];

/** Words without which a file of JavaScript has none of these. */
export const capableWords =
  /\bfrom\s*["']|\b(?:import|require|fetch|WebSocket|XMLHttpRequest|EventSource|sendBeacon|eval|Function|process|WebAssembly|Worker|Deno|Bun|internalBinding)\b/;

const usesByCall: readonly (readonly [RegExp, Capability])[] = [
  [
    /^(?:(?:globalThis|window|self)\.)?(?:fetch|WebSocket|XMLHttpRequest|EventSource)$|^navigator\.sendBeacon$|^Deno\.(?:connect|listen)$/,
    'gains-network',
  ],
  [/^(?:(?:globalThis|window|self)\.)?(?:eval|Function)$|^vm\./, 'gains-eval'],
  [/^(?:Deno|Bun)\.(?:spawn(?:Sync)?|run|Command)$/, 'gains-process'],
  [/^(?:Worker|SharedWorker)$/, 'gains-worker'],
  [/^WebAssembly\.|^process\.dlopen$/, 'gains-native'],
  [/^process\.(?:binding|_linkedBinding)$|^internalBinding$/, 'gains-internals'],
];

/** Places that lie outside of any project. `/tmp` is everybody's, and `/usr/bin/env` begins programs. */
const outside =
  /["'`](?:\/(?:etc|root|home|Users|var|proc|sys|dev\/(?!null|std|tty|fd|u?random)|opt|boot)\/|~\/)[\w.]|\bhomedir\(\)|\bprocess\.env\.(?:HOME|USERPROFILE)\b/;

/** What a file of JavaScript or TypeScript can do, every use of it. */
export function capabilitiesOf(nodes: readonly CodeNode[], text: string): readonly Found[] {
  const found = nodes.flatMap((node) => capabilityOf(node).map((rule) => ({ rule, index: node.index, snippet: '' })));
  // A type that is imported does nothing, and neither does a comment: the words are looked for in code that the tree knows.
  const environment = /\b(?:process|import\.meta|Bun)\.env\b|\bDeno\.env\b/.exec(text);
  if (environment !== null) found.push({ rule: 'gains-environment', index: environment.index, snippet: '' });
  const usesFiles = found.some(({ rule }) => rule === 'gains-files' || rule === 'gains-process');
  const place = usesFiles ? outside.exec(text) : null;
  if (place !== null) found.push({ rule: 'gains-files-outside', index: place.index, snippet: '' });
  return found;
}

function capabilityOf(node: CodeNode): readonly Capability[] {
  if (node.kind === 'import') return /^(?:import|export)\s+type\b/.test(node.text) ? [] : ofModule(node.source);
  if (node.kind !== 'call') return [];
  const called = usesByCall.flatMap(([pattern, capability]) => (pattern.test(node.callee) ? [capability] : []));
  if (!/^(?:import|require|module\.require|require\.resolve|process\.getBuiltinModule)$/.test(node.callee)) return called;
  const [name] = node.arguments;
  if (name === undefined) return called;
  const isPlain = name.kind === 'string' || (name.kind === 'template_string' && !name.text.includes('${'));
  return isPlain ? ofModule(name.text.slice(1, -1)) : ['gains-dynamic-import'];
}

function ofModule(name: string): readonly Capability[] {
  return modules.flatMap(([pattern, capability]) => (pattern.test(name) ? [capability] : []));
}
