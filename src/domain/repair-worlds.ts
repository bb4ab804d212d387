import { operatorFamilies, type RepairSettings, type WorldName } from './world.ts';

/**
 * How the `repair` agent searches in each world. Another seed alone adds nothing to a search in a fixed order; other
 * families first, another depth and another budget do. The first five divide the families among them: each kind of edit is
 * tried by one of them within its first few hundred candidates, where a search of all families comes to rare kinds late. Every
 * world takes the most suspicious statements only: all templates on a whole library are tens of thousands of candidates.
 */
export const repairWorlds: Readonly<Record<WorldName, RepairSettings>> = {
  /** Conservative: one small edit of what is there. Most measured repairs are an operator, a number or a variable. */
  alpha: { families: ['operator', 'literal', 'variable'], depth: 1, candidates: 600, statements: 40 },
  /** Balanced: what is called, with what, and what is made of it; two such edits where the first brought the tests further. */
  beta: { families: ['call', 'literal', 'operator'], depth: 2, candidates: 1500, statements: 40 },
  /** Creative: two small edits together, expressions of the same file among them. */
  gamma: { families: ['literal', 'operator', 'variable', 'ingredient'], depth: 2, candidates: 2000, statements: 40 },
  /** Other framing: takes the defect for a case that was forgotten, a condition or a check. */
  delta: { families: ['condition', 'guard'], depth: 1, candidates: 2000, statements: 50 },
  /** Other mind: puts statements in, builds from what the same file holds, may take code away. */
  epsilon: { families: ['statement', 'ingredient', 'deletion'], depth: 2, candidates: 3000, statements: 50 },
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
