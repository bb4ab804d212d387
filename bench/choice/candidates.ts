import { applyWithInsertions, tickInsertions } from '../../src/agents/repair/child/edits/instrument.ts';
import { parseSource } from '../../src/agents/repair/child/edits/parse.ts';
import { proposeCandidates } from '../../src/agents/repair/child/edits/propose.ts';
import { survey } from '../../src/agents/repair/child/edits/survey.ts';
import { applyEdits } from '../../src/agents/repair/child/edits/text.ts';
import { operatorFamilies } from '../../src/domain/world.ts';
import type { Bug } from './bugs.ts';
import { nearInputs } from './inputs.ts';
import { load, type Program } from './program.ts';
import { shuffled, type Random } from './random.ts';

/** What a world might have come to. */
export interface Candidate {
  readonly text: string;
  readonly program: Program;
  readonly isRight: boolean;
}

/** All that a task's worlds are drawn from. All pass the examples. */
export interface Candidates {
  readonly base: Program;
  readonly canonical: Program;
  readonly right: readonly Candidate[];
  readonly wrong: readonly Candidate[];
}

/** Edits of one text that are tried. */
const mostTried = 120;

/**
 * Right ones pass the full assertions and answer as the canonical solution does to every input of these, and to inputs near them; wrong ones
 * fail an assertion that is not among the examples. Both are edits, by the repair agent's own rules, of the canonical solution and of the buggy
 * one: the latter are what a search that sees the examples alone would offer. What is neither is left out.
 */
export function candidatesOf(bug: Bug, random: Random): Candidates | undefined {
  const base = loadText(bug.buggy);
  const canonical = loadText(bug.canonical);
  if (base === undefined || canonical === undefined || !holdsAll(canonical, [...bug.examples, ...bug.full])) return undefined;
  const inputs = [...bug.fullInputs, ...bug.fullInputs.flatMap((input) => nearInputs(canonical, input, random, 4))];
  const calls = inputs.map((input) => `${bug.name}(...${input})`);
  const right: Candidate[] = [];
  const wrong: Candidate[] = [];
  for (const { text, program } of [...editsOf(bug.canonical, random), ...editsOf(bug.buggy, random), ...asItIs(bug)]) {
    if (!holdsAll(program, bug.examples)) continue;
    if (!holdsAll(program, bug.full)) wrong.push({ text, program, isRight: false });
    else if (calls.every((call) => sameAnswer(program, canonical, call))) right.push({ text, program, isRight: true });
  }
  return { base, canonical, right, wrong };
}

function asItIs({ canonical, buggy }: Bug): Loaded[] {
  return [canonical, buggy].flatMap((text) => {
    const program = loadText(text);
    return program === undefined ? [] : [{ text, program }];
  });
}

interface Loaded {
  readonly text: string;
  readonly program: Program;
}

function editsOf(text: string, random: Random): Loaded[] {
  const source = parseSource('program.js', text);
  if (source === undefined) return [];
  const surveyed = survey(source);
  const ticks = tickInsertions(surveyed);
  const places = surveyed.sites.map((site) => ({ survey: surveyed, site, suspicion: 1 }));
  const tried = shuffled(random, proposeCandidates(places, operatorFamilies)).slice(0, mostTried);
  return tried.flatMap(({ edits }) => {
    const program = load(applyWithInsertions(text, edits, ticks));
    return program === undefined ? [] : [{ text: applyEdits(text, edits), program }];
  });
}

/** @returns undefined for what has no valid syntax or cannot be loaded. */
export function loadText(text: string): Program | undefined {
  const source = parseSource('program.js', text);
  return source === undefined ? undefined : load(applyWithInsertions(text, [], tickInsertions(survey(source))));
}

export function holds(program: Program, assertion: string): boolean {
  const answer = program.answer(assertion);
  return answer.kind === 'value' && answer.told === 'true';
}

function holdsAll(program: Program, assertions: readonly string[]): boolean {
  return assertions.every((assertion) => holds(program, assertion));
}

export function sameAnswer(one: Program, other: Program, call: string): boolean {
  const [a, b] = [one.answer(call), other.answer(call)];
  return a.kind === b.kind && (a.kind === 'threw' || (b.kind === 'value' && a.told === b.told));
}
