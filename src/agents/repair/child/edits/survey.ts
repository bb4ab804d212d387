import traverse, { type NodePath } from '@babel/traverse';
import type { Expression, Function as FunctionNode, Node, Statement } from '@babel/types';
import type { ParsedSource } from './parse.ts';

/** A statement with the expressions that belong to it and to no statement inside it. */
export interface Site {
  /** Its place in {@link Survey.sites}. */
  readonly index: number;
  readonly path: NodePath<Statement>;
  readonly expressions: readonly NodePath<Expression>[];
  /** The innermost function around the statement; absent at the top of the file. */
  readonly enclosing: NodePath<FunctionNode> | undefined;
}

/** What a file holds that templates can use: its statements, and what could be written in their place. */
export interface Survey {
  readonly source: ParsedSource;
  readonly sites: readonly Site[];
  readonly functions: readonly NodePath<FunctionNode>[];
  readonly loops: readonly NodePath<Statement>[];
  /** Numbers and strings of the file as written, most frequent first. */
  readonly numbers: readonly string[];
  readonly strings: readonly string[];
  /** Property names that are read or called in the file. */
  readonly properties: readonly string[];
  readonly methods: readonly string[];
  /** Whether types are written down: the file is TypeScript. */
  readonly typed: boolean;
  /** Whether statements end in semicolons here. */
  readonly semicolon: ';' | '';
}

/** Reads a file's tree once. Types of TypeScript are passed over: they do not run. */
export function survey(source: ParsedSource): Survey {
  const owners = new Map<Node, NodePath<Expression>[]>();
  const statements: NodePath<Statement>[] = [];
  const functions: NodePath<FunctionNode>[] = [];
  const loops: NodePath<Statement>[] = [];
  const pools = { numbers: new Map(), strings: new Map(), properties: new Map(), methods: new Map() } as Record<
    string,
    Map<string, number>
  >;
  traverse(source.tree, {
    enter(path) {
      if (isTypeOnly(path)) return path.skip();
      if (path.isStatement() && !path.isBlockStatement()) {
        statements.push(path);
        if (path.isLoop()) loops.push(path as NodePath<Statement>);
      }
      if (path.isFunction()) functions.push(path);
      if (path.isExpression() || isAssignedName(path)) {
        const owner = path.findParent((parent) => parent.isStatement() && !parent.isBlockStatement())?.node;
        if (owner !== undefined) owners.set(owner, [...(owners.get(owner) ?? []), path as NodePath<Expression>]);
        gather(path as NodePath<Expression>, pools);
      }
      return undefined;
    },
  });
  const sites = statements.map((path, index) => ({
    index,
    path,
    expressions: owners.get(path.node) ?? [],
    enclosing: path.getFunctionParent() ?? undefined,
  }));
  const semicolons = source.text.match(/;[ \t]*$/gm)?.length ?? 0;
  return {
    source,
    sites,
    functions,
    loops,
    numbers: byFrequency(pools['numbers']),
    strings: byFrequency(pools['strings']),
    properties: byFrequency(pools['properties']),
    methods: byFrequency(pools['methods']),
    typed: /\.[cm]?tsx?$/.test(source.path),
    semicolon: semicolons > 0 && semicolons * 4 >= statements.length ? ';' : '',
  };
}

/** A name that is assigned to is no expression by its role, and a place for another name nevertheless. */
function isAssignedName(path: NodePath): boolean {
  return path.isIdentifier() && path.parentPath?.isAssignmentExpression() === true && path.key === 'left';
}

function isTypeOnly(path: NodePath): boolean {
  if (path.isTSType() || path.isTSTypeAnnotation() || path.isTSInterfaceDeclaration() || path.isTSTypeAliasDeclaration()) return true;
  return path.isTSTypeParameterInstantiation() || path.isTSTypeParameterDeclaration() || path.isImportDeclaration();
}

function gather(path: NodePath<Expression>, pools: Record<string, Map<string, number>>): void {
  const { node } = path;
  const count = (pool: string, text: string) => pools[pool]?.set(text, (pools[pool].get(text) ?? 0) + 1);
  if (node.type === 'NumericLiteral') count('numbers', String(node.value));
  if (node.type === 'StringLiteral' && node.value.length <= 60) count('strings', node.value);
  if (
    (node.type === 'MemberExpression' || node.type === 'OptionalMemberExpression') &&
    !node.computed &&
    node.property.type === 'Identifier'
  ) {
    const called = path.parentPath?.isCallExpression() === true && path.key === 'callee';
    count(called ? 'methods' : 'properties', node.property.name);
  }
}

function byFrequency(pool: Map<string, number> | undefined): string[] {
  return [...(pool ?? [])].toSorted((one, other) => other[1] - one[1]).map(([text]) => text);
}
