import { readFileSync } from 'node:fs';
import traverse from '@babel/traverse';
import type { Statement } from '@babel/types';
import { parseSource } from '../../src/agents/repair/child/edits/parse.ts';

/** One task of the data set, its assertions taken apart. */
export interface Bug {
  readonly id: string;
  /** The function that is called. */
  readonly name: string;
  readonly buggy: string;
  readonly canonical: string;
  /** Expressions that are true where the assertion holds; what everybody sees. */
  readonly examples: readonly string[];
  /** What decides who is right. */
  readonly full: readonly string[];
  /** What the issue would say. */
  readonly words: string;
  /** The examples as they stand in the project's tests. */
  readonly exampleTest: string;
  /** Arguments of the calls in the examples, as code in brackets. */
  readonly exampleInputs: readonly string[];
  readonly fullInputs: readonly string[];
}

/** Reads the data set; tasks whose assertions cannot be taken apart are left out. */
export function readBugs(path: string): Bug[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const entry = JSON.parse(line) as Record<string, string>;
      const field = (name: string): string => entry[name] ?? '';
      const name = field('entry_point');
      const examples = assertionsOf(field('example_test'), name);
      const full = assertionsOf(field('test'), name);
      if ([examples.assertions, full.assertions, examples.inputs, full.inputs].some((list) => list.length === 0)) return [];
      return {
        id: field('task_id'),
        name,
        buggy: field('declaration') + field('buggy_solution'),
        canonical: field('declaration') + field('canonical_solution'),
        examples: examples.assertions,
        full: full.assertions,
        words: field('docstring'),
        exampleTest: field('example_test'),
        exampleInputs: examples.inputs,
        fullInputs: full.inputs,
      };
    });
}

/** Each statement of the test's function that asserts, with the declarations before it, as an expression of its own. */
function assertionsOf(test: string, name: string): { readonly assertions: readonly string[]; readonly inputs: readonly string[] } {
  const parsed = parseSource('test.js', test);
  if (parsed === undefined) return { assertions: [], inputs: [] };
  const assertions: string[] = [];
  const inputs = new Set<string>();
  traverse(parsed.tree, {
    ArrowFunctionExpression(path) {
      const { body } = path.node;
      if (path.scope.parent?.path.type !== 'Program' || body.type !== 'BlockStatement' || assertions.length > 0) return;
      const before: string[] = [];
      for (const statement of body.body) {
        const text = textOf(test, statement);
        if (!text.includes('console.assert')) before.push(text);
        else
          assertions.push(
            `(() => { let held = true; console.assert = (it) => { if (!it) held = false; };${before.join(';')};${text}; return held; })()`,
          );
      }
    },
    CallExpression({ node }) {
      if (node.callee.type !== 'Identifier' || node.callee.name !== name) return;
      const given = node.arguments.map((argument) => test.slice(argument.start ?? 0, argument.end ?? 0));
      inputs.add(`[${given.join(', ')}]`);
    },
  });
  return { assertions: [...new Set(assertions)], inputs: [...inputs] };
}

function textOf(source: string, { start, end }: Statement): string {
  return source.slice(start ?? 0, end ?? 0);
}
