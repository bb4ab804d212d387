import { relative } from 'node:path';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Folders in which files take long, those that take longest first. */
const slowFolders = [
  'src/agents/repair/',
  'test/e2e/',
  'test/conformance/',
  'test/security/',
  'scripts/',
  'test/',
  'src/adapters/sandbox/',
  'src/adapters/namespace/',
  'src/evaluation/checks/',
  'src/worlds/',
  'bench/',
  'src/agents/',
  'src/workflow/',
  'src/adapters/',
];

/**
 * Begins with the files that take longest, so that none of them runs alone at the end: as they took the last time, and where that
 * is not known, as in a new checkout, by their folder and their size.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // By size, or by time where every file has one.
    const sorted = await super.sort(files);
    if (sorted.every((file) => this.ctx.cache.getTestSpecificationResult(file) !== undefined)) return sorted;
    return sorted.toSorted((one, other) => this.#slowness(one) - this.#slowness(other));
  }

  /** The place of its folder among the slow ones. */
  #slowness(file: TestSpecification): number {
    const path = relative(this.ctx.config.root, file.moduleId);
    const place = slowFolders.findIndex((folder) => path.startsWith(folder));
    return place === -1 ? slowFolders.length : place;
  }
}
