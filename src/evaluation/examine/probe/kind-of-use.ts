import type { Node } from '@babel/types';
import { type Kind, together, unknown } from './kinds.ts';
import { nodesIn } from './nodes.ts';

const ofStrings = new Set(
  'split charAt charCodeAt codePointAt toUpperCase toLowerCase trim trimStart trimEnd replace replaceAll startsWith endsWith padStart padEnd substring substr match matchAll localeCompare repeat normalize'.split(
    ' ',
  ),
);
const ofLists = new Set(
  'map filter reduce reduceRight forEach push pop shift unshift splice sort toSorted reverse toReversed join some every find findIndex findLast flat flatMap fill entries keys values'.split(
    ' ',
  ),
);
const ofEither = new Set(['length', 'slice', 'at', 'indexOf', 'lastIndexOf', 'includes', 'concat']);
const ofNumbers = new Set(['toFixed', 'toPrecision']);
const withNumbers = new Set(['-', '*', '/', '%', '**', '<', '<=', '>', '>=', '|', '&', '^', '<<', '>>', '>>>']);
const number: Kind = { of: 'number', isWhole: false };
const string: Kind = { of: 'string' };

/** What the way a name is used in a function says about its kind. */
export function kindOfUse(body: Node, name: string, depth = 0): Kind {
  const found: Kind[] = [];
  const items: Kind[] = [];
  let isEither = false;
  const members = new Map<string, Kind>();
  const isName = (node: Node | null | undefined): boolean => node?.type === 'Identifier' && node.name === name;
  for (const node of nodesIn(body)) {
    switch (node.type) {
      case 'MemberExpression':
      case 'OptionalMemberExpression':
        if (!isName(node.object)) break;
        if (node.computed || node.property.type !== 'Identifier') {
          isEither = true;
          break;
        }
        if (ofStrings.has(node.property.name)) found.push(string);
        else if (ofLists.has(node.property.name)) found.push({ of: 'list', item: unknown });
        else if (ofNumbers.has(node.property.name)) found.push(number);
        else if (ofEither.has(node.property.name)) isEither = true;
        else members.set(node.property.name, number);
        break;
      case 'ForOfStatement': {
        if (!isName(node.right)) break;
        isEither = true;
        const [declarator] = node.left.type === 'VariableDeclaration' ? node.left.declarations : [];
        if (declarator?.id.type === 'Identifier' && depth < 3) items.push(kindOfUse(node.body, declarator.id.name, depth + 1));
        break;
      }
      case 'SpreadElement':
        if (isName(node.argument)) isEither = true;
        break;
      case 'BinaryExpression': {
        const isElement = (side: Node): boolean => side.type === 'MemberExpression' && side.computed && isName(side.object);
        if (withNumbers.has(node.operator) && (isName(node.left) || isName(node.right))) found.push(number);
        if (withNumbers.has(node.operator) && (isElement(node.left) || isElement(node.right))) items.push(number);
        break;
      }
      case 'UpdateExpression':
        if (isName(node.argument)) found.push(number);
        break;
      case 'UnaryExpression':
        if (isName(node.argument) && node.operator === '-') found.push(number);
        break;
      case 'CallExpression':
        if (isName(node.callee)) found.push({ of: 'callback' });
        if (isOfMath(node.callee)) {
          if (node.arguments.some((each) => isName(each))) found.push(number);
          if (node.arguments.some((each) => each.type === 'SpreadElement' && isName(each.argument))) items.push(number);
        }
        if (isCalledOn(node.callee, name, ofLists)) {
          const [first] = node.arguments;
          const isArrow = first?.type === 'ArrowFunctionExpression' || first?.type === 'FunctionExpression';
          const parameter = isArrow ? first.params.at(isReduce(node.callee) ? 1 : 0) : undefined;
          if (isArrow && parameter?.type === 'Identifier' && depth < 3) items.push(kindOfUse(first.body, parameter.name, depth + 1));
        }
        break;
      default:
    }
  }
  const item = together(items);
  const known = together(found);
  if (known.of === 'list') return { of: 'list', item };
  if (known.of !== 'unknown') return known;
  if (isEither)
    return item.of === 'unknown' ? string : item.of === 'string' ? together([string, { of: 'list', item }]) : { of: 'list', item };
  if (members.size > 0) return { of: 'record', members: [...members].map(([key, kind]) => ({ key, kind, isOptional: false })) };
  return unknown;
}

function isOfMath(callee: Node): boolean {
  return callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Math';
}

function isCalledOn(callee: Node, name: string, methods: ReadonlySet<string>): boolean {
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === name &&
    callee.property.type === 'Identifier' &&
    methods.has(callee.property.name)
  );
}

function isReduce(callee: Node): boolean {
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name.startsWith('reduce');
}
