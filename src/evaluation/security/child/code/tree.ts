import type { Rule, SgNode } from '@ast-grep/napi';

/** What of a syntax tree the rules look at; longer texts are cut off. */
export type CodeNode =
  | {
      readonly kind: 'call';
      readonly callee: string;
      readonly isNew: boolean;
      readonly arguments: readonly Argument[];
      readonly text: string;
      readonly index: number;
    }
  | { readonly kind: 'assignment'; readonly left: string; readonly right: Argument; readonly text: string; readonly index: number }
  | { readonly kind: 'pair'; readonly key: string; readonly value: Argument; readonly text: string; readonly index: number }
  | { readonly kind: 'jsx-attribute'; readonly name: string; readonly text: string; readonly index: number }
  | { readonly kind: 'regex'; readonly text: string; readonly index: number }
  /** A text that begins like a statement of SQL and is put together, as a template or by plus signs; no part of a larger one. */
  | { readonly kind: 'built-text'; readonly text: string; readonly index: number }
  | { readonly kind: 'import'; readonly source: string; readonly text: string; readonly index: number };

export interface Argument {
  /** Of the grammar, such as `string` or `template_string`. */
  readonly kind: string;
  readonly text: string;
}

/** Names of functions that any rule asks about; whatever else is called never leaves the library, which is much faster. */
const callees =
  'eval|Function|constructor|runIn[A-Za-z]+|compileFunction|Script|SourceTextModule|setTimeout|setInterval|exec[A-Za-z]*|spawn[A-Za-z]*|fork|write|writeln|insertAdjacentHTML|RegExp|cors|createHash|createHmac|createCipher[A-Za-z]*|createDecipher[A-Za-z]*|join|resolve|readFile[A-Za-z]*|createReadStream|sendFile|writeFile[A-Za-z]*|appendFile[A-Za-z]*|createWriteStream|unlink[A-Za-z]*|rm|rmSync|open|openSync|mkdir|mkdirSync|download|random|unserialize|deserialize|fetch|WebSocket|XMLHttpRequest|EventSource|sendBeacon|connect|listen|Worker|SharedWorker|instantiate[A-Za-z]*|compile[A-Za-z]*|Module|dlopen|binding|_linkedBinding|internalBinding|require|getBuiltinModule|Command|run';

/** Nodes that any rule can say something about. @param names of functions beside those that are known by themselves. */
function rulesFor(grammar: 'TypeScript' | 'Tsx' | 'JavaScript', names: readonly string[]): readonly Rule[] {
  const name = `^(?:${[callees, ...names.filter((one) => /^\w+$/.test(one))].join('|')})$`;
  const called = (field: string): Rule => ({
    has: {
      field,
      any: [
        { kind: 'identifier', regex: name },
        { kind: 'member_expression', has: { field: 'property', regex: name } },
        { kind: 'parenthesized_expression', regex: '^.{1,60}$' },
        { kind: 'import' },
      ],
    },
  });
  return [
    { all: [{ kind: 'call_expression' }, called('function')] },
    { all: [{ kind: 'new_expression' }, called('constructor')] },
    {
      all: [
        { kind: 'assignment_expression' },
        {
          has: {
            field: 'left',
            regex: '(?:innerHTML|outerHTML|srcdoc|rejectUnauthorized|NODE_TLS_REJECT_UNAUTHORIZED|__proto__)|^Object\\.prototype',
          },
        },
      ],
    },
    {
      all: [
        { kind: 'pair' },
        {
          has: {
            field: 'key',
            regex: '^["\']?(?:rejectUnauthorized|strictSSL|NODE_TLS_REJECT_UNAUTHORIZED|checkServerIdentity|algorithms?|alg)["\']?$',
          },
        },
      ],
    },
    { all: [{ kind: 'regex' }, { regex: '\\)[*+{]' }] },
    {
      all: [
        { kind: 'template_string' },
        { regex: `^.[ \\n\\t]*${statements}` },
        { not: { inside: { kind: 'call_expression', field: 'arguments' } } },
      ],
    },
    // The first part of a sum: a sum itself may be as deep as it has parts.
    { all: [{ kind: 'string' }, { regex: `^.[ \\n\\t]*${statements}` }, { inside: { kind: 'binary_expression', field: 'left' } }] },
    { kind: 'import_statement' },
    { kind: 'export_statement', has: { field: 'source', kind: 'string' } },
    ...(grammar === 'TypeScript' ? [] : [{ all: [{ kind: 'jsx_attribute' }, { regex: '^dangerouslySetInnerHTML' }] }]),
  ];
}

const statements = '(?i-u:select|insert|update|delete|drop|alter)[ \\n\\t]';

/** Of one node, in characters. */
const mostText = 2000;
/** Of one file; what comes after them is not looked at. */
const mostNodes = 50_000;

/**
 * Reads JavaScript or TypeScript. A file with errors gives what could be understood.
 *
 * @param names under which functions are known that start programs.
 * @throws where the grammar cannot be loaded.
 */
export async function readTree(
  text: string,
  grammar: 'TypeScript' | 'Tsx' | 'JavaScript',
  names: readonly string[],
): Promise<readonly CodeNode[]> {
  const { Lang, parse } = await import('@ast-grep/napi');
  const root = parse(Lang[grammar], text).root();
  const nodes = root.findAll({ rule: { any: [...rulesFor(grammar, names)] } });
  return nodes.slice(0, mostNodes).flatMap((node) => codeNodeOf(node, text) ?? []);
}

function codeNodeOf(node: SgNode, source: string): CodeNode | undefined {
  const { index } = node.range().start;
  const text = cut(node, source);
  switch (node.kind()) {
    case 'call_expression':
    case 'new_expression': {
      const isNew = node.kind() === 'new_expression';
      const callee = node.field(isNew ? 'constructor' : 'function');
      const list = node.field('arguments');
      const given = list?.kind() === 'arguments' ? argumentsOf(list, source) : [];
      return { kind: 'call', isNew, callee: callee === null ? '' : cut(callee, source), arguments: given, text, index };
    }
    case 'assignment_expression': {
      const [left, right] = [node.field('left'), node.field('right')];
      return left === null || right === null
        ? undefined
        : { kind: 'assignment', left: cut(left, source), right: argumentOf(right, source), text, index };
    }
    case 'pair': {
      const [key, value] = [node.field('key'), node.field('value')];
      if (key === null || value === null) return undefined;
      return { kind: 'pair', key: cut(key, source).replaceAll(/^["']|["']$/g, ''), value: argumentOf(value, source), text, index };
    }
    case 'jsx_attribute':
      return { kind: 'jsx-attribute', name: /^[\w:-]{1,60}/.exec(text)?.[0] ?? '', text, index };
    case 'regex':
      return { kind: 'regex', text, index };
    case 'import_statement':
    case 'export_statement': {
      const from = node.field('source');
      return from === null ? undefined : { kind: 'import', source: cut(from, source).slice(1, -1), text, index };
    }
    case 'string':
      return { kind: 'built-text', text: source.slice(index, index + mostText).split(/;[ \t]*\r?\n|\n[ \t]*\n/, 1)[0] ?? '', index };
    default:
      return text.includes('${') ? { kind: 'built-text', text, index } : undefined;
  }
}

function argumentsOf(list: SgNode, source: string): readonly Argument[] {
  return list
    .children()
    .slice(0, 50)
    .filter((child) => child.isNamed() && child.kind() !== 'comment')
    .map((child) => argumentOf(child, source));
}

function argumentOf(node: SgNode, source: string): Argument {
  return { kind: String(node.kind()), text: cut(node, source) };
}

/** Taken from the source: the text of a node that holds most of a file is never copied. */
function cut(node: SgNode, source: string): string {
  const { start, end } = node.range();
  return source.slice(start.index, Math.min(end.index, start.index + mostText));
}
