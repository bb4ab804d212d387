import type { Difference, ExamColumn, ProbePlan } from '../../domain/examination.ts';
import type { WorldName } from '../../domain/world.ts';
import { answersOf, givenBy } from './clusters.ts';
import { shownAnswer, shownCall } from './probe/answers.ts';

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
    const given = worlds.map((world) => {
      const column = columns.find((each) => each.world === world);
      return { world, answers: answersOf(column, plan), told: givenBy(column, plan) };
    });
    for (const [index, input] of plan.inputs.entries()) {
      const groups = new Map<string, { worlds: WorldName[]; told: string }>();
      for (const { world, answers, told } of given) {
        const answer = answers[index];
        if (answer === undefined) continue;
        const group = groups.get(answer) ?? { worlds: [], told: told[index] ?? '' };
        group.worlds.push(world);
        groups.set(answer, group);
      }
      const division = [...groups.values()].map((alike) => alike.worlds.join(' ')).join(' | ');
      if (groups.size < 2 || found.has(division)) continue;
      const answers = [...groups.values()].map((group) => ({ worlds: group.worlds, answer: cut(shownAnswer(group.told)) }));
      found.set(division, { call: cut(shownCall(plan, input)), answers });
    }
  }
  return [...found.values()].slice(0, most);
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
