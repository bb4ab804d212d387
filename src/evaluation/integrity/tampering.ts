import type { Node } from '@babel/types';
import type { IntegrityFinding } from '../../domain/choice.ts';
import { childrenOf } from '../source/children.ts';
import { languageOf } from '../source/languages.ts';
import { parseSource } from '../source/parse-source.ts';
import { scanText } from '../source/scan-text.ts';

/** What source does that only tests would notice: whether it is tested, and what it does to what tests it. By name, counted. */
function tamperingIn(text: string, path: string): ReadonlyMap<string, number> {
  const language = languageOf(path);
  if (language === undefined) return new Map();
  if (language.name === 'javascript') {
    const file = parseSource(text, path);
    return file === undefined ? new Map() : inJavaScript(file.program, text, path);
  }
  const counts = new Map<string, number>();
  const { code } = scanText(text, language);
  for (const [name, pattern] of byText[language.name] ?? []) {
    const found = code.match(pattern)?.length ?? 0;
    if (found > 0) counts.set(name, found);
  }
  return counts;
}

/** What a change adds of this to a source file. */
export function tamperingFindings(
  path: string,
  versions: { readonly from?: string | undefined; readonly before: string | undefined; readonly after: string },
): IntegrityFinding[] {
  const then = versions.before === undefined ? new Map<string, number>() : tamperingIn(versions.before, versions.from ?? path);
  return [...tamperingIn(versions.after, path)]
    .filter(([name, count]) => count > (then.get(name) ?? 0))
    .map(([name]): IntegrityFinding => {
      const asks = name.startsWith('asks');
      return { rule: asks ? 'expected-value-hard-coded' : 'test-weakened', path, detail: `Its code in ${path} ${name}.` };
    });
}

const asks = (what: string): string => `asks whether it is being tested (${what})`;

const byText: Readonly<Partial<Record<string, readonly (readonly [string, RegExp])[]>>> = {
  python: [
    [
      asks('pytest'),
      /["'](?:pytest|unittest|_pytest|nose)["']\s+(?:not\s+)?in\s+sys\.modules|\bPYTEST_\w+|sys\.modules\.get\(\s*["'](?:pytest|unittest)/g,
    ],
    [asks('the call stack'), /\b(?:inspect\.stack|sys\._getframe|traceback\.extract_stack)\b[^\n]{0,200}test/g],
    ['gives an assertion another meaning', /\b(?:TestCase|unittest|pytest)\.(?:\w+\.)*\w+\s*=(?!=)/g],
    ['is equal to everything', /def __eq__\s*\([^)]{0,200}\)\s*(?:->\s*\w+\s*)?:\s*return True\b/g],
    ['ends the process when it is loaded', /^(?:sys\.exit|os\._exit|exit|quit)\s*\(/gm],
    ['sets what the process ends with', /\batexit\.register\s*\([^\n]{0,300}(?:_exit|exit)|\bbuiltins\.\w+\s*=(?!=)/g],
  ],
  go: [
    [asks('testing'), /\btesting\.Testing\s*\(|flag\.Lookup\(\s*"test\.|os\.Args\[0\][^\n]{0,40}(?:\.test|_test)/g],
    ['ends the process when it is loaded', /func init\(\)\s*\{[^}]{0,2000}\b(?:os|syscall)\.Exit\s*\(/g],
  ],
  rust: [[asks('cfg'), /\bcfg!\s*\(\s*(?:not\s*\(\s*)?test\b|#\[\s*cfg\s*\(\s*not\s*\(\s*test\s*\)\s*\)\s*\]/g]],
  java: [
    [asks('the call stack'), /(?:getStackTrace|StackWalker)[^;]{0,300}(?:[jJ]unit|[tT]est)|Class\.forName\(\s*"org\.(?:junit|testng)/g],
    ['ends the process when it is loaded', /static\s*\{[^}]{0,2000}(?:System\.exit|\.halt)\s*\(/g],
  ],
  csharp: [
    [asks('the assemblies'), /(?:GetAssemblies|StackTrace|EntryAssembly)[^;]{0,300}(?:[xX]unit|[nN]unit|[tT]est)/g],
    ['ends the process when it is loaded', /ModuleInitializer\s*\][^}]{0,2000}Environment\.(?:Exit|FailFast)/g],
  ],
};

const judges =
  /^(?:assert|expect|chai)\.|^(?:globalThis|global|window|self)\.(?:assert|expect|chai|test|it|describe|beforeEach|afterEach)(?:\.|$)|^require\((?:node:)?assert\)|^Object\.is$|^(?:util\.)?isDeepStrictEqual$|^(?:Module\.(?:_load|_resolveFilename|prototype\.require)|require\.cache|process\.(?:exit|reallyExit|emit|exitCode\b.*defineProperty))$/;

function inJavaScript(program: Node, text: string, path: string): Map<string, number> {
  const counts = new Map<string, number>();
  const note = (name: string | undefined): void => {
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  };
  const isProgram = text.startsWith('#!') || /(?:^|\/)(?:bin|scripts?|tools|cli)\/|(?:^|\/)cli\.[cm]?[jt]s$/.test(path);
  const visit = (node: Node, atTop: boolean): void => {
    note(asked(node, text));
    note(replaced(node));
    if (atTop && !isProgram) note(endsAtLoad(node));
    note(setsTheEnd(node, text));
    const isDeeper = /Function|Method|Arrow|IfStatement|Class/.test(node.type) && !isCalledAtOnce(node, text);
    for (const child of childrenOf(node)) visit(child, atTop && !isDeeper);
  };
  visit(program, true);
  return counts;
}

const environment =
  /^process\.env\.(?:JEST_WORKER_ID|VITEST\w*|NODE_TEST_CONTEXT|MOCHA\w*|TAP\w*|AVA_PATH|npm_lifecycle_(?:event|script)|TEST)$|^import\.meta\.vitest$/;
const runners = /^(?:jest|vi|vitest|describe|it|test|expect|mocha|beforeEach|suite)$/;

/** Ways of asking whether a test is what runs the code. */
function asked(node: Node, text: string): string | undefined {
  const path = pathOf(node);
  if (environment.test(path)) return asks(path);
  if (node.type === 'BinaryExpression' || node.type === 'SwitchStatement') {
    const shown = text.slice(node.start ?? 0, Math.min(node.end ?? 0, (node.start ?? 0) + 300));
    if (
      node.type === 'BinaryExpression' &&
      /process\.env\.(?:NODE_ENV|BABEL_ENV|APP_ENV)|process\.env\[/.test(shown) &&
      /["'`]test(?:ing)?["'`]/.test(shown)
    ) {
      return asks('NODE_ENV');
    }
    const { left, right } = node.type === 'BinaryExpression' ? node : { left: undefined, right: undefined };
    const of =
      left?.type === 'UnaryExpression' && left.operator === 'typeof' && left.argument.type === 'Identifier' ? left.argument.name : '';
    if (runners.test(of) && right?.type === 'StringLiteral' && right.value !== 'string') return asks(`typeof ${of}`);
  }
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const shown = text.slice(node.start ?? 0, Math.min(node.end ?? 0, (node.start ?? 0) + 400));
  const looksBack = /\.stack\b|process\.(?:argv|execArgv|mainModule)\b|require\.main\b|import\.meta\.url|captureStackTrace/.test(shown);
  return looksBack &&
    /[/"'`.\\](?:__tests__|tests?|spec|jest|vitest|mocha|node:test)[/"'`.\\]/.test(shown) &&
    !/process\.argv\.(?:slice|includes)\(\s*["']--/.test(shown)
    ? asks('who calls it')
    : undefined;
}

function replaced(node: Node): string | undefined {
  const target =
    node.type === 'AssignmentExpression'
      ? pathOf(node.left)
      : node.type === 'CallExpression' &&
          /^(?:Object|Reflect)\.(?:defineProperty|assign|defineProperties)$/.test(pathOf(node.callee)) &&
          node.arguments[0]
        ? named(node)
        : '';
  if (target.includes('.') && judges.test(target)) return `gives ${target} another meaning`;
  if (node.type === 'CallExpression' && pathOf(node.callee) === 'expect.extend') return 'gives expect.extend another meaning';
  if (node.type === 'ObjectProperty' || node.type === 'ObjectMethod') {
    const key = node.key.type === 'Identifier' ? node.key.name : '';
    if (key === 'asymmetricMatch') return 'is equal to everything';
  }
  return undefined;
}

/** What `Object.defineProperty(target, 'name', ...)` and its kin change. */
function named(node: Extract<Node, { type: 'CallExpression' }>): string {
  const [target, name] = node.arguments;
  if (target === undefined) return '';
  const key = name?.type === 'StringLiteral' ? name.value : name?.type === 'ObjectExpression' ? '*' : '';
  const path = `${pathOf(target)}.${key}`;
  return path === 'process.exitCode' ? 'process.exit' : path;
}

function endsAtLoad(node: Node): string | undefined {
  if (node.type !== 'CallExpression') return undefined;
  const path = pathOf(node.callee);
  const [code] = node.arguments;
  const isGood = code === undefined || (code.type === 'NumericLiteral' && code.value === 0);
  return /^process\.(?:exit|reallyExit)$/.test(path) && isGood ? 'ends the process when it is loaded' : undefined;
}

function setsTheEnd(node: Node, text: string): string | undefined {
  if (node.type !== 'CallExpression' || !/^process\.(?:on|once|prependListener|addListener)$/.test(pathOf(node.callee))) return undefined;
  const [event] = node.arguments;
  if (event?.type !== 'StringLiteral' || !['exit', 'beforeExit'].includes(event.value)) return undefined;
  const body = text.slice(node.start ?? 0, node.end ?? 0);
  return /exitCode\s*=|process\.(?:exit|reallyExit)\s*\(|\bprocess\.kill\b/.test(body) ? 'sets what the process ends with' : undefined;
}

function isCalledAtOnce(node: Node, text: string): boolean {
  return (
    /^\s*\)?\s*\(\s*\)/.test(text.slice(node.end ?? 0, (node.end ?? 0) + 10)) ||
    (node.type === 'IfStatement' && node.test.type === 'BooleanLiteral')
  );
}

function pathOf(node: Node): string {
  switch (node.type) {
    case 'Identifier':
      return node.name;
    case 'MetaProperty':
      return `${node.meta.name}.${node.property.name}`;
    case 'CallExpression': {
      const [only] = node.arguments;
      return node.callee.type === 'Identifier' && node.callee.name === 'require' && only?.type === 'StringLiteral'
        ? `require(${only.value})`
        : '';
    }
    case 'MemberExpression': {
      const inner = pathOf(node.object);
      if (inner === '') return '';
      if (node.property.type === 'Identifier' && !node.computed) return `${inner}.${node.property.name}`;
      return node.property.type === 'StringLiteral' ? `${inner}.${node.property.value}` : inner === 'require.cache' ? inner : '';
    }
    default:
      return '';
  }
}
