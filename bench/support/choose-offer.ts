import { worldNames } from '../../src/domain/world.ts';
import { choose } from '../../src/evaluation/choose.ts';
import type { Bug } from '../choice/bugs.ts';
import { loadText } from '../choice/candidates.ts';
import { evidenceFor, type DrawnWorld } from '../choice/draw.ts';

/**
 * Which of these changed programs the product takes, one a world, with the visible examples as the project's tests: by its gates, its score and
 * its cross-examination with made-up inputs. Nobody has written tests: this agent writes none.
 *
 * @param texts undefined for a world that offers nothing.
 * @returns its place; undefined where none is taken.
 */
export async function chooseOffer(bug: Bug, texts: readonly (string | undefined)[]): Promise<number | undefined> {
  const base = loadText(bug.buggy);
  const worlds = texts.flatMap((text, index): DrawnWorld[] => {
    const program = text === undefined ? undefined : loadText(text);
    const name = worldNames[index];
    return text === undefined || program === undefined || name === undefined ? [] : [{ name, candidate: { text, program } }];
  });
  if (base === undefined || worlds.length === 0) return undefined;
  const choice = choose(await evidenceFor(bug, base, worlds, []));
  return choice.kind === 'chosen' ? worldNames.indexOf(choice.winner) : undefined;
}
