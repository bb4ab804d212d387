import type { Node } from '@babel/types';
import type { ProbePlan } from '../../../domain/examination.ts';
import type { WorldName } from '../../../domain/world.ts';
import { type Example, examplesIn, notLiteral, type SourceText, valueOf } from './examples.ts';
import { kindOfDoc, kindOfType } from './kind-of-type.ts';
import { kindOfUse } from './kind-of-use.ts';
import { canBeMade, type Kind, kindOfValue, together, unknown } from './kinds.ts';
import { makeInputs } from './make-inputs.ts';
import { moduleFunctions, type ModuleFunction } from './module-functions.ts';
import { nodesIn } from './nodes.ts';
import { isVisiblyImpure } from './purity.ts';

/** A source file that at least one world changed. */
export interface ProbedFile {
  readonly path: string;
  /** Undefined where the base does not have it. */
  readonly base: string | undefined;
  /** In each world that is compared, changed there or not; undefined where it is gone. */
  readonly worlds: ReadonlyMap<WorldName, string | undefined>;
}

export interface ProbePlanRequest {
  readonly files: readonly ProbedFile[];
  /** Tests of the repository, of worlds and of test writers. */
  readonly tests: readonly SourceText[];
  /** What people wrote about the task: the issue, comments. */
  readonly words: readonly string[];
  /** Inputs for each function. */
  readonly count?: number;
  readonly seed: number;
}

/** More functions are not tried. */
const mostFunctions = 8;
const mostParameters = 5;

/**
 * The functions that worlds made different from each other, with inputs to tell them apart by: those that all worlds export with the
 * same number of parameters, that compute and do nothing else as far as can be seen, and of whose every parameter it is known what it takes.
 */
export function planProbes(request: ProbePlanRequest): ProbePlan[] {
  const { count = 300, seed } = request;
  const told = examplesIn(request.tests, request.words);
  const plans: ProbePlan[] = [];
  for (const file of request.files) {
    for (const versions of differingFunctions(file)) {
      if (plans.length >= mostFunctions) return plans;
      const [first] = versions;
      if (first === undefined || versions.some(isVisiblyImpure)) continue;
      const examples = told.callsOf(first).filter((example) => example.length <= mostParameters);
      const kinds = first.node.params.map((_, index) => kindOfParameter(versions, index, examples));
      if (kinds.length === 0 || kinds.length > mostParameters || !kinds.every(canBeMade)) continue;
      const own = literalsIn(versions);
      const written = [...examples.flat(), ...examples.flatMap(partsOf)];
      const inputs = makeInputs({
        kinds,
        examples: examples.filter((example) => !example.includes(notLiteral)),
        numbers: distinct([...written, ...own.values], 'number').slice(0, 40),
        strings: distinct([...written, ...own.values, ...(written.length === 0 ? told.strings : [])], 'string').slice(0, 40),
        speaksOfNaN: own.speaksOfNaN || written.some((value) => typeof value === 'number' && !Number.isFinite(value)),
        count,
        seed,
      });
      if (inputs.length > 0) plans.push({ path: file.path, name: first.name, inputs });
    }
  }
  return plans;
}

/** Each as all versions of it, one for every world; the functions that every world has left alike are none. */
function differingFunctions({ path, base, worlds }: ProbedFile): (readonly ModuleFunction[])[] {
  const texts = [...worlds.values()];
  const modules = texts.map((text) => moduleFunctions(text ?? '', path));
  const before = moduleFunctions(base ?? '', path);
  const names = [...(modules[0]?.keys() ?? [])];
  return names.flatMap((name): (readonly ModuleFunction[])[] => {
    const versions = modules.flatMap((module) => module.get(name) ?? []);
    const meanings = new Set(versions.map(({ meaning }) => meaning));
    const isEverywhere = versions.length === texts.length && new Set(versions.map(({ node }) => node.params.length)).size === 1;
    const isChanged = versions.some(({ meaning }) => meaning !== before.get(name)?.meaning);
    const isTwice = name !== 'default' && modules[0]?.get('default')?.node === modules[0]?.get(name)?.node;
    return isEverywhere && isChanged && meanings.size > 1 && !isTwice ? [versions] : [];
  });
}

/** Types that somebody wrote come first, then examples, then how it is used. */
function kindOfParameter(versions: readonly ModuleFunction[], index: number, examples: readonly Example[]): Kind {
  const written = examples.filter((example) => index < example.length && example[index] !== notLiteral).map((example) => example[index]);
  const shown = together(written.map((value) => kindOfValue(value)));
  const declared = firstKnown(versions.map((version) => declaredKind(version, index)));
  const isLeftOut = examples.some((example) => example.length <= index);
  const more: Kind[] = isLeftOut || versions.some(({ node }) => isOptional(node.params[index])) ? [{ of: 'undefined' }] : [];
  const kind = canBeMade(declared)
    ? narrowedBy(declared, shown)
    : firstKnown([shown, ...versions.map((version) => usedKind(version, index))]);
  // Nobody ever gives it: so it is not given here.
  if (kind.of === 'unknown') return examples.length > 0 && written.length === 0 && isLeftOut ? { of: 'undefined' } : kind;
  return together([kind, ...more]);
}

/** Whoever says `number` and always writes whole ones means whole ones. */
function narrowedBy(declared: Kind, shown: Kind): Kind {
  if (declared.of === 'number' && shown.of === 'number') return shown;
  if (declared.of === 'list' && shown.of === 'list') return { of: 'list', item: narrowedBy(declared.item, shown.item) };
  if (declared.of === 'dictionary' && shown.of === 'record') return together([declared, shown]);
  return declared;
}

function firstKnown(kinds: readonly Kind[]): Kind {
  return kinds.find(canBeMade) ?? kinds.find(({ of }) => of !== 'unknown') ?? unknown;
}

function declaredKind({ node, types, comment }: ModuleFunction, index: number): Kind {
  const parameter = node.params[index];
  if (parameter === undefined) return unknown;
  const target = parameter.type === 'AssignmentPattern' ? parameter.left : parameter;
  const annotation = 'typeAnnotation' in target ? target.typeAnnotation : undefined;
  const typed = kindOfType(annotation, types);
  if (typed.of !== 'unknown') return parameter.type === 'RestElement' && typed.of === 'list' ? typed.item : typed;
  const documented = target.type === 'Identifier' ? kindOfDoc(comment, target.name, types) : unknown;
  if (documented.of !== 'unknown') return documented;
  const value = parameter.type === 'AssignmentPattern' ? valueOf(parameter.right, new Map()) : notLiteral;
  return value === notLiteral ? unknown : kindOfValue(value);
}

function usedKind({ node }: ModuleFunction, index: number): Kind {
  const parameter = node.params[index];
  const target = parameter?.type === 'AssignmentPattern' ? parameter.left : parameter;
  if (target?.type === 'RestElement') return { of: 'number', isWhole: false };
  return target?.type === 'Identifier' ? kindOfUse(node.body, target.name) : unknown;
}

function isOptional(parameter: Node | undefined): boolean {
  return parameter?.type === 'AssignmentPattern' || (parameter?.type === 'Identifier' && parameter.optional === true);
}

/** What stands in the code of all versions. */
function literalsIn(versions: readonly ModuleFunction[]): { readonly values: readonly unknown[]; readonly speaksOfNaN: boolean } {
  const values: unknown[] = [];
  let speaksOfNaN = false;
  for (const { closure } of versions) {
    for (const node of closure.flatMap((each) => [...nodesIn(each)])) {
      if (node.type === 'NumericLiteral') values.push(node.value);
      if (node.type === 'StringLiteral' && node.value.length <= 40) values.push(node.value);
      if (node.type === 'Identifier') speaksOfNaN ||= ['NaN', 'isNaN', 'isFinite', 'Infinity'].includes(node.name);
    }
  }
  return { values, speaksOfNaN };
}

/** What lies in what somebody wrote, two levels down. */
function partsOf(value: unknown, depth = 0): unknown[] {
  if (typeof value !== 'object' || value === null || depth > 3) return [];
  const parts: unknown[] = value instanceof Map || value instanceof Set ? [...value] : Object.values(value);
  return parts.flatMap((part) => [part, ...partsOf(part, depth + 1)]);
}

function distinct<Name extends 'number' | 'string'>(values: readonly unknown[], type: Name): (Name extends 'number' ? number : string)[] {
  const found = values.filter((value): value is Name extends 'number' ? number : string => typeof value === type);
  return [...new Set(found)].filter((value) => typeof value === 'string' || Number.isFinite(value));
}
