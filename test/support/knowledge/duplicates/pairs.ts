import { databaseDriverPairs } from './database-driver.ts';
import { drawingBoardPairs } from './drawing-board.ts';
import { homeHubPairs } from './home-hub.ts';
import type { DuplicatePair } from './pair.ts';
import { podcastPlayerPairs } from './podcast-player.ts';
import { siteGeneratorPairs } from './site-generator.ts';
import { trainingLibraryPairs } from './training-library.ts';

/**
 * Sixty duplicates as maintainers see them, written before whoever wrote them had read the code that ranks entries or the pairs that it was tuned on. A third
 * each shares an error, names, or its sense alone.
 */
const duplicatePairs: readonly DuplicatePair[] = [
  ...siteGeneratorPairs,
  ...podcastPlayerPairs,
  ...databaseDriverPairs,
  ...trainingLibraryPairs,
  ...homeHubPairs,
  ...drawingBoardPairs,
];

/** By place, fixed for good: the even ones may be looked at to choose weights and words, the odd ones never. */
export const developmentPairs = duplicatePairs.filter((_, at) => at % 2 === 0);
export const testPairs = duplicatePairs.filter((_, at) => at % 2 === 1);

/** What is beside the pairs of both halves. */
export const besidePairs = duplicatePairs.flatMap(({ beside }) => beside);
