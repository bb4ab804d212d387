/** Draws and judges the worlds of every task that it is sent, and answers with what came of each; deterministic for a task. */
import { parentPort, workerData } from 'node:worker_threads';
import { readBugs } from './bugs.ts';
import { candidatesOf } from './candidates.ts';
import { drawWorlds } from './draw.ts';
import { outcomeOf, type Outcome } from './outcomes.ts';
import { seededRandom, type Random } from './random.ts';

const { path, draws } = workerData as { readonly path: string; readonly draws: number };
const bugs = readBugs(path);

parentPort?.on('message', (task: number) => void outcomesOf(task).then((outcomes) => parentPort?.postMessage({ outcomes })));

async function outcomesOf(task: number): Promise<Outcome[]> {
  const bug = bugs[task];
  if (bug === undefined) return [];
  const random = seededRandom(task + 1);
  const known = candidatesOf(bug, random);
  if (known === undefined) return [];
  const rates = [1, 2, 3, 4].flatMap((rate) => Array.from({ length: draws }, () => ({ rate, isRandom: false })));
  const outcomes: Outcome[] = [];
  for (const about of [...rates, { rate: drawnRate(random), isRandom: true }]) {
    const draw = await drawWorlds(bug, known, about.rate, random);
    if (draw !== undefined) outcomes.push(outcomeOf(draw, { task, ...about }));
  }
  return outcomes;
}

/** Each world right or wrong as a coin falls. */
function drawnRate(random: Random): number {
  return Array.from({ length: 5 }, () => random.whole(0, 1)).filter((side) => side === 1).length;
}
