import type { RuleName } from '../../rules.ts';
import type { Found } from '../found.ts';
import { processNames } from './process-names.ts';
import { takesExponentialTime } from './slow-regex.ts';
import type { Argument, CodeNode } from './tree.ts';

/** Words without which no rule on JavaScript finds anything. */
const words =
  /\b(?:eval|Function|constructor|vm|runIn\w+|compileFunction|setTimeout|setInterval|child_process|execa|innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|srcdoc|rejectUnauthorized|strictSSL|checkServerIdentity|NODE_TLS_REJECT_UNAUTHORIZED|createHash|createHmac|createCipher\w*|createDecipher\w*|__proto__|prototype|tmpdir|unserialize|deserialize|credentials|algorithms?|alg|RegExp)\b|Math\.random|document\.write|\/tmp\/|[+*}?)]\)[+*{]|\|[^|\n]{1,40}\)[+*]|\b(?:req|request|ctx|context|event)\.\w/;
const sqlWords = /["'`]\s*(?:select|insert|update|delete|drop|alter)\s/i;

/** Whether a text can hold anything that the rules find; where not it need not be parsed. */
export function mayBeDangerous(text: string): boolean {
  return words.test(text) || sqlWords.test(text);
}

interface Context {
  readonly text: string;
  /** Names under which `node:child_process` and the functions of it are known in the file. */
  readonly processes: ReadonlySet<string>;
}

type Check = (node: CodeNode, context: Context) => RuleName | undefined;

/** What is dangerous in a file of JavaScript or TypeScript. */
export function dangersOf(nodes: readonly CodeNode[], text: string): readonly Found[] {
  const context = { text, processes: processNames(text) };
  return nodes.flatMap((node) => {
    const rule = checks.map((check) => check(node, context)).find((found) => found !== undefined);
    return rule === undefined ? [] : [{ rule, index: node.index, snippet: node.text }];
  });
}

const runsText: Check = (node) => {
  if (node.kind !== 'call') return undefined;
  const callee = node.callee.replace(/^(?:window|globalThis|global|self)\./, '').replace(/^\(0,\s*(\w+)\)$/, '$1');
  if (callee === 'eval') return 'eval';
  if (callee === 'Function') return 'new-function';
  if (callee.endsWith('.constructor') && node.arguments.some(isText)) return 'new-function';
  if (/^(?:vm\.)?(?:runInNewContext|runInThisContext|runInContext|compileFunction)$|^vm\.(?:Script|SourceTextModule)$/.test(callee))
    return 'vm-code';
  return /^set(?:Timeout|Interval)$/.test(callee) && isText(node.arguments[0]) ? 'eval' : undefined;
};

const startsPrograms: Check = (node, { processes }) => {
  if (node.kind !== 'call') return undefined;
  const name = node.callee.slice(node.callee.lastIndexOf('.') + 1);
  const owner = node.callee.slice(0, Math.max(0, node.callee.lastIndexOf('.')));
  if (!processes.has(owner === '' ? name : owner) && !/^require\(["'](?:node:)?child_process["']\)$/.test(owner)) return undefined;
  const [command, ...rest] = node.arguments;
  if (/^exec(?:Sync|Async)?$|^execaCommand(?:Sync)?$/.test(name)) return isBuilt(command) ? 'shell-command-built' : undefined;
  if (!/^(?:spawn|spawnSync|execFile|execFileSync|fork|execa|execaSync)$/.test(name)) return undefined;
  if (!rest.some(({ text }) => /\bshell["']?\s*:\s*(?!false\b)/.test(text))) return undefined;
  return isBuilt(command) || rest.some((argument) => argument.kind === 'array' && /\$\{|["'`]\s*\+/.test(argument.text))
    ? 'shell-command-built'
    : 'shell-option';
};

const writesHtml: Check = (node) => {
  if (node.kind === 'assignment') {
    return /\.(?:innerHTML|outerHTML|srcdoc)$/.test(node.left) && isValue(node.right) ? 'html-injection' : undefined;
  }
  if (node.kind === 'jsx-attribute') {
    const isPlain = /\{\s*\{\s*__html:\s*(?:"[^"]*"|'[^']*'|`[^`$]*`)\s*,?\s*\}\s*\}/.test(node.text);
    return node.name === 'dangerouslySetInnerHTML' && !isPlain ? 'html-injection' : undefined;
  }
  if (node.kind !== 'call') return undefined;
  if (/\bdocument\.write(?:ln)?$/.test(node.callee)) return node.arguments.some(isValue) ? 'html-injection' : undefined;
  return node.callee.endsWith('.insertAdjacentHTML') && isValue(node.arguments[1]) ? 'html-injection' : undefined;
};

const matchesSlowly: Check = (node) => {
  if (node.kind === 'regex') return takesExponentialTime(node.text.slice(1, node.text.lastIndexOf('/'))) ? 'slow-regex' : undefined;
  if (node.kind !== 'call' || node.callee !== 'RegExp') return undefined;
  const [source] = node.arguments;
  if (source?.kind === 'string') return takesExponentialTime(source.text.slice(1, -1).replaceAll('\\\\', '\\')) ? 'slow-regex' : undefined;
  return source !== undefined && fromRequest.test(source.text) ? 'slow-regex' : undefined;
};

const trustsAnybody: Check = (node) => {
  if (node.kind === 'pair') {
    if (node.key === 'rejectUnauthorized' || node.key === 'strictSSL')
      return /^(?:false|0|!1)$/.test(node.value.text) ? 'tls-check-off' : undefined;
    if (node.key === 'NODE_TLS_REJECT_UNAUTHORIZED') return /^["'`]?0/.test(node.value.text) ? 'tls-check-off' : undefined;
    if (node.key === 'checkServerIdentity')
      return /=>\s*(?:undefined|null|\{\s*\}|true)\s*$/.test(node.value.text) ? 'tls-check-off' : undefined;
    if (node.key === 'algorithms' || node.key === 'algorithm' || node.key === 'alg')
      return /["'`]none["'`]/i.test(node.value.text) ? 'jwt-unsigned' : undefined;
    return undefined;
  }
  if (node.kind === 'assignment') {
    if (/NODE_TLS_REJECT_UNAUTHORIZED["'\]]*$/.test(node.left)) return /^["'`]?0/.test(node.right.text) ? 'tls-check-off' : undefined;
    return node.left.endsWith('.rejectUnauthorized') && node.right.text === 'false' ? 'tls-check-off' : undefined;
  }
  if (node.kind !== 'call' || !/^cors$/.test(node.callee)) return undefined;
  const [options] = node.arguments;
  if (options === undefined || !/\bcredentials\s*:\s*true/.test(options.text)) return undefined;
  return /\borigin\s*:\s*(?:true|["'`]\*["'`]|\([^)]*\)\s*=>\s*(?:true|\w+\(null,\s*true\)))/.test(options.text) ? 'open-cors' : undefined;
};

const secretName = /passw|pwd|secret|token|credential|api_?key|session|signature/i;

const usesBrokenCryptography: Check = (node, { text }) => {
  if (node.kind !== 'call') return undefined;
  const [algorithm] = node.arguments;
  if (/(?:^|\.)(?:createHash|createHmac)$/.test(node.callee)) {
    if (!/^["'`](?:md4|md5|sha-?1|ripemd\w*|rmd160)["'`]$/i.test(algorithm?.text ?? '')) return undefined;
    return secretName.test(statementAround(text, node.index)) ? 'weak-hash-of-secret' : 'weak-hash';
  }
  if (/(?:^|\.)create(?:Cipher|Decipher)$/.test(node.callee)) return 'weak-cipher';
  if (!/(?:^|\.)create(?:Cipher|Decipher)iv$/.test(node.callee)) return undefined;
  return /^["'`](?:des|rc2|rc4|bf|blowfish|idea|seed|[\w-]*ecb)/i.test(algorithm?.text ?? '') ? 'weak-cipher' : undefined;
};

/** Keywords in one case throughout: a sentence for people begins with a capital. */
const statement =
  /^["'`]\s*(?:SELECT\b[^;]{1,400}\bFROM\b|select\b[^;]{1,400}\bfrom\b|(?:INSERT\s+INTO|insert\s+into|DELETE\s+FROM|delete\s+from|DROP\s+TABLE|drop\s+table|ALTER\s+TABLE|alter\s+table)\b|UPDATE\b[^;]{1,200}\bSET\b|update\b[^;]{1,200}\bset\b)/;

/** Lists of placeholders, and names that are quoted by who knows how, are put into statements by everybody. */
const harmlessPart =
  /^(?:[\w.]*[pP]laceholders?\w*|[\w.]*[cC]olumns?\w*|[A-Z_]+|[\w.]*(?:escapeId|quoteIdent\w*|identifier)\([^)]*\)|[\w.]+\.map\(\(\)\s*=>\s*["'`]\?["'`]\)\.join\([^)]*\))$/;

const buildsSql: Check = (node) => {
  if (node.kind !== 'built-text' || !statement.test(node.text)) return undefined;
  const parts = [...node.text.matchAll(/\$\{([^{}]{0,200})\}/g)].map(([, part = '']) => part.trim());
  const added = /["'`]\s*\+\s*(?!["'`\s])/.test(node.text);
  return added || parts.some((part) => !harmlessPart.test(part)) || (parts.length === 0 && added) ? 'sql-built' : undefined;
};

const fromRequest = /\b(?:req|request|ctx|context|event)\.(?:params|query|body|headers|path|url|queryStringParameters|pathParameters)\b/;

const followsRequests: Check = (node) => {
  if (
    node.kind !== 'call' ||
    !/(?:^|\.)(?:join|resolve|readFile(?:Sync)?|createReadStream|sendFile|writeFile(?:Sync)?|unlink(?:Sync)?|rm(?:Sync)?|download)$/.test(
      node.callee,
    )
  ) {
    return undefined;
  }
  if (
    node.callee.startsWith('Promise.') ||
    !/^(?:path|fs|fsp|node:\w+|res|reply|join|resolve|\w+File\w*|create\w+|posix|import_\w+)/.test(node.callee)
  )
    return undefined;
  return node.arguments.some(({ text, kind }) => fromRequest.test(text) && kind !== 'arrow_function' && !/\bbasename\(/.test(text))
    ? 'path-from-request'
    : undefined;
};

const writesPrototypes: Check = (node) => {
  if (node.kind === 'assignment') {
    if (/(?:\.__proto__|\[["'`]__proto__["'`]\])(?:[.[]|$)/.test(node.left)) return 'prototype-pollution';
    return /^Object\.prototype[.[]/.test(node.left) ? 'prototype-pollution' : undefined;
  }
  return undefined;
};

const guessable: Check = (node, { text }) => {
  if (node.kind !== 'call') return undefined;
  if (node.callee === 'Math.random') return secretName.test(statementAround(text, node.index)) ? 'predictable-token' : undefined;
  if (
    /(?:^|\.)(?:unserialize|deserialize)$/.test(node.callee) &&
    /node-serialize|serialize-javascript|["']v8["']|node:v8|funcster/.test(text)
  )
    return 'unsafe-deserialisation';
  const isWrite = /(?:^|\.)(?:writeFile|appendFile|createWriteStream|open|mkdir)(?:Sync)?$/.test(node.callee);
  const target = node.arguments[0]?.text ?? '';
  return isWrite && /^["'`]\/tmp\/[^"'`]|\btmpdir\(\)/.test(target) && !/mkdtemp|randomUUID|randomBytes/.test(target)
    ? 'predictable-temporary-file'
    : undefined;
};

const checks: readonly Check[] = [
  runsText,
  startsPrograms,
  writesHtml,
  matchesSlowly,
  trustsAnybody,
  usesBrokenCryptography,
  buildsSql,
  followsRequests,
  writesPrototypes,
  guessable,
];

/** The line and the one before, as far as they are near: where names stand. */
function statementAround(text: string, index: number): string {
  const before = text
    .slice(Math.max(0, index - 200), index)
    .split('\n')
    .slice(-2)
    .join('\n');
  return `${before}${text.slice(index, index + 200).split('\n', 1)[0] ?? ''}`;
}

function isText(argument: Argument | undefined): boolean {
  return argument?.kind === 'string' || argument?.kind === 'template_string';
}

/** Put together from a text and values. */
function isBuilt(argument: Argument | undefined): boolean {
  if (argument === undefined) return false;
  if (argument.kind === 'template_string') return argument.text.includes('${');
  return (
    argument.kind === 'binary_expression' && /["'`]/.test(argument.text) && /(?:^|[^"'`\w$)\]])\s*[\w$]|\+\s*[\w$(]/.test(argument.text)
  );
}

/** Anything but a text that stands there as it is, or one that was cleaned before. */
function isValue(argument: Argument | undefined): boolean {
  if (argument === undefined || argument.kind === 'string') return false;
  if (argument.kind === 'template_string' && !argument.text.includes('${')) return false;
  return !/^(?:DOMPurify\.)?(?:sanitize\w*|escapeHtml|escapeHTML|purify)\(/.test(argument.text);
}
