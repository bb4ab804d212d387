import type { IntegrityFinding } from '../../../domain/choice.ts';
import { languageOf } from '../../source/languages.ts';
import { scanText } from '../../source/scan-text.ts';
import { isTestFile } from '../files.ts';
import { readProgram, type Block } from './blocks.ts';
import { asksForAnother, timesAsked } from './options.ts';

interface FileVersions {
  readonly path: string;
  readonly from?: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What a program does that nobody notices but who judges it by how it ends. */
const ways: readonly (readonly [name: string, pattern: RegExp])[] = [
  [
    'ends the process well',
    /\bprocess\.(?:exit|reallyExit)\((?!\s*[1-9])|\bprocess\.exitCode=(?!=|[1-9])|\bprocess\.(?:kill|abort|dlopen)\(|\b(?:sys\.exit|os\._exit|os\.exec\w+|os\.kill|(?<![.\w])exit|(?<![.\w])quit)\((?!\s*(?:[1-9]|[bfr]?"))|\braise SystemExit\b(?!\(\s*(?:[1-9]|[bfr]?"))/g,
  ],
  [
    'changes what it is called with',
    /\bprocess\.argv(?:\.length|\[[^\]]{1,40}\])?=(?!=)|\bprocess\.argv\.(?:splice|pop|shift|fill|length--)|\b\w+=(?:process|sys)\.argv$|\bsys\.argv(?:\[[^\]]{0,40}\])?=(?!=)|\bsys\.argv\.(?:pop|clear|remove)\(|\bdel sys\.argv\b|^from sys import.{0,200}(?:\bargv\b|\*)|\bprocess\["argv"\]/g,
  ],
  [
    'keeps errors from ending it',
    /\bprocess\.\w{2,25}\("(?:uncaughtException|unhandledRejection)\w*"|\bsys\.excepthook=|\bsetUncaughtExceptionCaptureCallback\(/g,
  ],
  [
    'gives another meaning to how it ends',
    /\bprocess\.(?:exit|reallyExit)=(?!=)|\bsys\.exit=(?!=)|\bbuiltins\.\w+=(?!=)|\batexit\.register\(|\b(?:Object|Reflect)\.\w{3,20}\((?:globalThis\.)?process\b|\b(?:globalThis|global)\.process=(?!=)|\b(?!process\b)\w+=(?:globalThis\.)?process$|^import(?! process from)[^"]{1,200}from ?"(?:node:)?process"|^from os import.{0,200}\b_exit\b/g,
  ],
  [
    'gives another meaning to what every program is made of',
    /\b(?:Array|String|Object|Number|Function|Map|Set|RegExp)\.prototype(?:\.\w{1,60}|\[[^\]]{1,100}\])=(?!=)|\b(?:Object|Reflect)\.\w{3,20}\((?:Array|String|Object|Number|Function|Map|Set|RegExp)\.prototype\b/g,
  ],
];
const endsElsewhere = /\b(?:os\.Exit|syscall\.Exit|process::exit|System\.exit|Environment\.Exit|_?exit)\s*\(\s*(?:0|EXIT_SUCCESS)\s*\)/g;

/**
 * What the source of a change does more often than before that would make a check pass which calls the product: it ends the process well, keeps
 * errors from ending it, changes its arguments, or asks for the option with which the checks call it. An end for another option
 * (`--help`) is none of these. What only moves between the files of a change is no more than before.
 */
export function evasionFindings(files: readonly FileVersions[], options: readonly string[]): IntegrityFinding[] {
  const counted = files
    .filter(({ path }) => !isTestFile(path))
    .map(({ path, from, before = '', after = '' }) => ({
      path,
      old: countedIn(before, from ?? path, options),
      now: countedIn(after, path, options),
    }));
  const more = ({ old, now }: (typeof counted)[number], name: string): number => (now.get(name) ?? 0) - (old.get(name) ?? 0);
  return [...new Set(counted.flatMap(({ now }) => [...now.keys()]))].flatMap((name) => {
    const [first] = counted.filter((file) => more(file, name) > 0);
    if (first === undefined || counted.reduce((sum, file) => sum + more(file, name), 0) <= 0) return [];
    const rule = name.startsWith('asks') ? 'expected-value-hard-coded' : 'test-weakened';
    return [
      { rule, path: first.path, detail: `Its code in ${first.path} ${name}, and the checks judge the product by how it ends.` } as const,
    ];
  });
}

function countedIn(text: string, path: string, options: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const language = languageOf(path);
  if (text === '' || language === undefined) return counts;
  const add = (name: string, count: number): void => {
    if (count > 0) counts.set(name, (counts.get(name) ?? 0) + count);
  };
  const { code, bare } = scanText(text, language);
  for (const option of options)
    if (option.startsWith('-') || option.length > 5) add(`asks whether it is being tested (${option})`, timesAsked(code, option));
  const program = readProgram(text, path);
  if (program === undefined) add('ends the process well', bare.match(endsElsewhere)?.length ?? 0);
  else countWays(program.blocks, options, add);
  return counts;
}

function countWays(blocks: readonly Block[], options: readonly string[], add: (name: string, count: number) => void): void {
  for (const { kind, head, children } of blocks) {
    if (kind === 'condition' && asksForAnother(head, options)) continue;
    for (const [name, pattern] of ways) add(name, head.match(pattern)?.length ?? 0);
    countWays(children, options, add);
  }
}
