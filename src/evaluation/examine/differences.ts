import type { Difference, ExamColumn, ProbePlan } from '../../domain/examination.ts';
import type { WorldName } from '../../domain/world.ts';
import { answersOf } from './clusters.ts';

/** As many as a person looks at. */
const most = 5;

/** Longer calls and answers are cut, where they are told. */
const longest = 120;

/** The simplest few inputs on which worlds answer differently; of those that divide them in the same way the first. */
export function differencesOf(
  worlds: readonly WorldName[],
  columns: readonly ExamColumn[],
  probes: readonly ProbePlan[],
): readonly Difference[] {
  const found = new Map<string, Difference>();
  for (const plan of probes) {
    const given = worlds.map((world) => ({
      world,
      answers: answersOf(
        columns.find((column) => column.world === world),
        plan,
      ),
    }));
    for (const [index, input] of plan.inputs.entries()) {
      const groups = new Map<string, WorldName[]>();
      for (const { world, answers } of given) {
        const answer = answers[index];
        if (answer !== undefined) groups.set(answer, [...(groups.get(answer) ?? []), world]);
      }
      const division = [...groups.values()].map((alike) => alike.join(' ')).join(' | ');
      if (groups.size < 2 || found.has(division)) continue;
      const answers = [...groups].map(([answer, alike]) => ({ worlds: alike, answer: cut(answer) }));
      found.set(division, { call: cut(`${plan.name}(${argumentsOf(input)})`), answers });
    }
  }
  return [...found.values()].slice(0, most);
}

/** The list of arguments without the brackets around it. */
function argumentsOf(input: string): string {
  return input.startsWith('[') && input.endsWith(']') ? input.slice(1, -1) : input;
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
