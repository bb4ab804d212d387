import { parse } from '@babel/parser';
import type { Node } from '@babel/types';
import { type Kind, together, unknown } from './kinds.ts';

const byName: Readonly<Record<string, Kind>> = {
  number: { of: 'number', isWhole: false },
  Number: { of: 'number', isWhole: false },
  int: { of: 'number', isWhole: true },
  integer: { of: 'number', isWhole: true },
  string: { of: 'string' },
  String: { of: 'string' },
  boolean: { of: 'boolean' },
  Boolean: { of: 'boolean' },
  bool: { of: 'boolean' },
  Date: { of: 'Date' },
  RegExp: { of: 'RegExp' },
  Function: { of: 'callback' },
};

/** The kind that a TypeScript type says; unknown where it says nothing, or nothing that is declared in the same module. */
export function kindOfType(node: Node | null | undefined, types: ReadonlyMap<string, Node>, depth = 0): Kind {
  if (!node || depth > 8) return unknown;
  const inner = (child: Node | null | undefined): Kind => kindOfType(child, types, depth + 1);
  switch (node.type) {
    case 'TSTypeAnnotation':
    case 'TSParenthesizedType':
    case 'TSOptionalType':
      return inner(node.typeAnnotation);
    case 'TSTypeOperator':
      return inner(node.typeAnnotation);
    case 'TSNumberKeyword':
      return { of: 'number', isWhole: false };
    case 'TSStringKeyword':
      return { of: 'string' };
    case 'TSBooleanKeyword':
      return { of: 'boolean' };
    case 'TSBigIntKeyword':
      return { of: 'bigint' };
    case 'TSNullKeyword':
      return { of: 'null' };
    case 'TSUndefinedKeyword':
      return { of: 'undefined' };
    case 'TSFunctionType':
      return { of: 'callback' };
    case 'TSArrayType':
      return { of: 'list', item: inner(node.elementType) };
    case 'TSTupleType':
      return { of: 'tuple', items: node.elementTypes.map((each) => inner(each.type === 'TSNamedTupleMember' ? each.elementType : each)) };
    case 'TSUnionType':
      return together(node.types.map(inner));
    case 'TSLiteralType': {
      const { literal } = node;
      const isPlain = literal.type === 'StringLiteral' || literal.type === 'NumericLiteral' || literal.type === 'BooleanLiteral';
      return isPlain ? { of: 'literal', value: literal.value } : unknown;
    }
    case 'TSTypeLiteral':
      return recordOf(node.members, inner);
    case 'TSInterfaceDeclaration':
      return node.extends?.length ? unknown : recordOf(node.body.body, inner);
    case 'TSTypeAliasDeclaration':
      return inner(node.typeAnnotation);
    case 'TSTypeReference': {
      const name = node.typeName.type === 'Identifier' ? node.typeName.name : '';
      const [first, second] = node.typeArguments?.params ?? [];
      return ofReference(name, { first: inner(first), second: inner(second), declared: types.get(name) }, inner);
    }
    default:
      return unknown;
  }
}

function ofReference(
  name: string,
  { first, second, declared }: { readonly first: Kind; readonly second: Kind; readonly declared: Node | undefined },
  inner: (node: Node | undefined) => Kind,
): Kind {
  switch (name) {
    case 'Array':
    case 'ReadonlyArray':
    case 'Iterable':
      return { of: 'list', item: first };
    case 'Set':
    case 'ReadonlySet':
      return { of: 'Set', item: first };
    case 'Map':
    case 'ReadonlyMap':
      return { of: 'Map', key: first, value: second };
    case 'Record':
    case 'Object':
      return { of: 'dictionary', value: second };
    case 'Readonly':
      return first;
    default:
      return declared === undefined ? (byName[name] ?? unknown) : inner(declared);
  }
}

function recordOf(members: readonly Node[], inner: (node: Node | null | undefined) => Kind): Kind {
  const index = members.find((member) => member.type === 'TSIndexSignature');
  if (index?.type === 'TSIndexSignature') return { of: 'dictionary', value: inner(index.typeAnnotation) };
  return {
    of: 'record',
    members: members.flatMap((member) =>
      member.type === 'TSPropertySignature' && member.key.type === 'Identifier'
        ? [{ key: member.key.name, kind: inner(member.typeAnnotation), isOptional: member.optional === true }]
        : [],
    ),
  };
}

/** What a doc comment says of one parameter: `@param {number[]} values`. */
export function kindOfDoc(comment: string, parameter: string, types: ReadonlyMap<string, Node>): Kind {
  for (const line of comment.split('\n').slice(0, 200)) {
    const [, text, name] = /@(?:param|arg|argument)\s+\{([^}]{1,200})\}\s+\[?([\w$]+)/.exec(line) ?? [];
    if (text === undefined || name !== parameter) continue;
    return kindOfText(text, types);
  }
  return unknown;
}

function kindOfText(text: string, types: ReadonlyMap<string, Node>): Kind {
  const isNullable = /^\s*\?/.test(text);
  const isOptional = /=\s*$/.test(text);
  const plain = text
    .trim()
    .replace(/^(?:\?|!|\.\.\.)/, '')
    .replace(/=$/, '')
    .replaceAll('.<', '<');
  try {
    const file = parse(`type Described = ${plain};`, { plugins: ['typescript'] });
    const [alias] = file.program.body;
    const kind = alias?.type === 'TSTypeAliasDeclaration' ? kindOfType(alias.typeAnnotation, types) : unknown;
    const more: Kind[] = [...(isNullable ? [{ of: 'null' } as const] : []), ...(isOptional ? [{ of: 'undefined' } as const] : [])];
    return kind.of === 'unknown' ? kind : together([kind, ...more]);
  } catch {
    return unknown;
  }
}
