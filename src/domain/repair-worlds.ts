import { operatorFamilies, type RepairSettings, type WorldName } from './world.ts';

/**
 * How the `repair` agent searches in each world. Another seed alone adds nothing to a search in a fixed order; other
 * families first, another depth and another budget do. The usual order is the likeliest one, so that the second of the two
 * worlds with which a task may begin has it whole, second edits and the largest budget of the five included; the others
 * begin where it comes late. The first five know every family: a task may have no more than two of them. Every world takes the
 * most suspicious statements only: all templates on a whole library are tens of thousands of candidates.
 */
export const repairWorlds: Readonly<Record<WorldName, RepairSettings>> = {
  /** Conservative: one edit at the statements at which the tests point most, the likeliest kinds first. */
  alpha: { families: operatorFamilies, depth: 1, candidates: 600, statements: 20 },
  /** Balanced: the usual order, and two edits together where the first brought the tests further. */
  beta: { families: operatorFamilies, depth: 2, candidates: 4000, statements: 50 },
  /** Creative: calls and values first, and two edits together. */
  gamma: {
    families: ['call', 'variable', 'literal', 'operator', 'condition', 'guard', 'ingredient', 'statement', 'deletion'],
    depth: 2,
    candidates: 1500,
    statements: 40,
  },
  /** Other framing: takes the defect for missing logic, a case, a check or a statement that was forgotten. */
  delta: {
    families: ['condition', 'guard', 'statement', 'call', 'variable', 'operator', 'literal', 'ingredient', 'deletion'],
    depth: 1,
    candidates: 1500,
    statements: 50,
  },
  /** Other mind: builds from the expressions and statements of the same file, may take code away, combines two edits. */
  epsilon: {
    families: ['ingredient', 'statement', 'literal', 'condition', 'call', 'guard', 'variable', 'operator', 'deletion'],
    depth: 2,
    candidates: 1500,
    statements: 50,
  },
  /** Patient: every family in the usual order, with the largest budget. */
  zeta: { families: operatorFamilies, depth: 2, candidates: 6000, statements: 50 },
  /** Bold: begins with what puts statements in or takes them away. */
  eta: { families: ['statement', 'deletion', 'ingredient', 'guard', 'condition'], depth: 1, candidates: 2000, statements: 50 },
  /** Frugal: one edit at the few statements at which the tests point most. */
  theta: { families: ['variable', 'operator', 'literal', 'call'], depth: 1, candidates: 300, statements: 8 },
  /** Wide: twice as many statements, for failures that say little about their place. */
  iota: {
    families: ['operator', 'variable', 'call', 'literal', 'condition', 'guard', 'ingredient'],
    depth: 1,
    candidates: 4000,
    statements: 100,
  },
};
