import type { Node } from '@babel/types';

/** The value of a literal as JSON: numbers, strings, booleans, null, and lists and objects of such. @returns undefined for anything else. */
export function literalOf(node: Node | null | undefined, depth = 0): string | undefined {
  if (!node || depth > 6) return undefined;
  switch (node.type) {
    case 'NumericLiteral':
    case 'StringLiteral':
    case 'BooleanLiteral':
      return JSON.stringify(node.value);
    case 'NullLiteral':
      return 'null';
    case 'BigIntLiteral':
      return String(node.value);
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? JSON.stringify(node.quasis[0]?.value.cooked ?? '') : undefined;
    case 'UnaryExpression': {
      const inner = node.operator === '-' ? literalOf(node.argument, depth + 1) : undefined;
      return inner !== undefined && /^\d/.test(inner) ? `-${inner}` : undefined;
    }
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
      return literalOf(node.expression, depth);
    case 'ArrayExpression':
      return joined(
        node.elements.map((element) => literalOf(element, depth + 1)),
        '[',
        ']',
      );
    case 'ObjectExpression':
      return joined(
        node.properties.map((property) => {
          const key = property.type === 'ObjectProperty' ? keyOf(property) : undefined;
          const value = property.type === 'ObjectProperty' ? literalOf(property.value, depth + 1) : undefined;
          return key === undefined || value === undefined ? undefined : `${JSON.stringify(key)}:${value}`;
        }),
        '{',
        '}',
      );
    default:
      return undefined;
  }
}

/** The key of a property that can be read off. */
export function keyOf(property: Extract<Node, { type: 'ObjectProperty' }>): string | undefined {
  if (property.key.type === 'Identifier' && !property.computed) return property.key.name;
  const value = literalOf(property.key);
  return value === undefined ? undefined : value.startsWith('"') ? String(JSON.parse(value)) : value;
}

function joined(parts: readonly (string | undefined)[], open: string, close: string): string | undefined {
  return parts.every((part) => part !== undefined) ? `${open}${parts.join(',')}${close}` : undefined;
}
