import type { NodePath } from '@babel/traverse';
import { applyWithInsertions, hitName, tickInsertions, tickName } from '../edits/instrument.ts';
import type { Survey } from '../edits/survey.ts';
import type { TextEdit } from '../edits/text.ts';
import type { Observation } from '../search/oracle.ts';
import { createObserver } from './observer.ts';

/** What a program did with made-up inputs: a number for what came of each input, by the input's own number. */
export type Behaviour = ReadonlyMap<number, number>;

/** Name of the observer in the code that is observed. */
const observerName = '__miyabiObserver__';

/** Numbers from here on are reports of an observer; smaller ones are numbers of statements. */
const leastReport = 2 ** 26;

/** The changed text of a file in which the functions at the top are called on made-up inputs as well, whenever a test calls them. */
export function observedText(survey: Survey, edits: readonly TextEdit[]): string {
  const turns = tickInsertions(survey).map((one) => ({ ...one, text: one.text.replaceAll(`${tickName}(`, `${observerName}.turn(`) }));
  return applyWithInsertions(survey.source.text, edits, [...turns, ...wrappings(survey), beginning(survey)]);
}

function beginning({ source, sites }: Survey): TextEdit {
  const { interpreter, directives } = source.tree.program;
  const at = directives.at(-1)?.end ?? interpreter?.end ?? 0;
  const declared = sites.flatMap(({ path }) => {
    const { node } = path;
    if (!path.isFunctionDeclaration() || path.getFunctionParent() !== null || isUnobservable(path) || path.isTSDeclareFunction()) return [];
    const name = 'id' in node && node.id?.type === 'Identifier' ? node.id.name : undefined;
    const top = path.parentPath.isProgram() || path.parentPath.isExportDeclaration();
    return name === undefined || !top ? [] : [`${name} = ${observerName}.wrap(${JSON.stringify(name)}, ${name});`];
  });
  const made = `const ${observerName} = (${createObserver.toString()})(${hitName});`;
  return { start: at, end: at, text: `\n;${made}\n${declared.join('\n')}\n` };
}

/** Function expressions that are no part of another function, and classes. */
function wrappings(survey: Survey): TextEdit[] {
  const expressions = survey.functions.flatMap((path) => {
    if (!path.isFunctionExpression() && !path.isArrowFunctionExpression()) return [];
    if (path.getFunctionParent() !== null || isUnobservable(path) || path.findParent((parent) => parent.isClass()) !== null) return [];
    const [start, end] = [path.node.start ?? 0, path.node.end ?? 0];
    return [
      { start, end: start, text: `${observerName}.wrap(${JSON.stringify(nameOf(path))}, ` },
      { start: end, end, text: ')' },
    ];
  });
  const classes = survey.sites.flatMap(({ path }) => {
    if (!path.isClassDeclaration() || path.getFunctionParent() !== null || !path.node.id) return [];
    const outer = path.parentPath.isExportDeclaration() ? path.parentPath.node : path.node;
    const { name } = path.node.id;
    return [{ start: outer.end ?? 0, end: outer.end ?? 0, text: `;${observerName}.wrapClass(${JSON.stringify(name)}, ${name});` }];
  });
  return [...expressions, ...classes];
}

/** What a promise or a generator comes to is not seen by who calls. */
function isUnobservable(path: NodePath): boolean {
  const { node } = path;
  return ('async' in node && node.async === true) || ('generator' in node && node.generator === true);
}

function nameOf(path: NodePath): string {
  const { parentPath } = path;
  if (parentPath?.isVariableDeclarator() === true && parentPath.node.id.type === 'Identifier') return parentPath.node.id.name;
  if (parentPath?.isObjectProperty() === true && parentPath.node.key.type === 'Identifier') return parentPath.node.key.name;
  return `at ${path.node.start}`;
}

/** What the observer reported while the tests ran. */
export function behaviourIn(observation: Observation): Behaviour {
  if (observation.kind === 'died') return new Map();
  const reports = observation.cases.flatMap(({ hits }) => (hits ?? []).filter((hit) => hit >= leastReport));
  return new Map(reports.map((report) => [Math.floor(report / leastReport), report % leastReport]));
}
