import { replacing, textOf, type Family } from '../proposal.ts';

/**
 * A statement, a condition or a branch less. Last everywhere and named in the report: what is taken away may be a
 * feature that no test asks for.
 */
export const deletionFamily: Family = function* (site, survey) {
  const { path } = site;
  const deletable = path.isExpressionStatement() || path.isIfStatement() || path.isLoop() || path.isReturnStatement();
  const breaks = path.isBreakStatement() || path.isContinueStatement() || path.isThrowStatement();
  if ((deletable || breaks) && path.inList) yield replacing(path.node, '', 'deletion: statement', 0.3);
  if (path.isIfStatement()) {
    const { consequent, alternate } = path.node;
    yield replacing(path.node, textOf(survey, consequent), 'deletion: condition', 0.2);
    if (alternate) {
      const end = consequent.end ?? 0;
      yield { rule: 'deletion: else', prior: 0.25, edits: [{ start: end, end: alternate.end ?? end, text: '' }] };
      yield replacing(path.node, textOf(survey, alternate), 'deletion: first branch', 0.2);
    }
  }
};
