/** A vitest reporter that writes what the run came to, a Summary of closing-lines.mjs, into the file named by MIYABI_TEST_SUMMARY. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';

export default class SummaryReporter {
  #isPart = false;
  #root = '';

  onInit({ config }) {
    this.#root = config.root;
    this.#isPart = config.testNamePattern !== undefined || config.tagsFilter !== undefined;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const summary = {
      passed: [],
      failed: unhandledErrors.map((error) => ({ reason: `unhandled error${this.#whereabouts(error)}: ${firstLine(error)}` })),
      skipped: [],
    };
    for (const module of modules) {
      for (const test of module.children.allTests()) this.#add(summary, module, test);
      for (const broken of [module, ...module.children.allSuites()]) {
        for (const error of broken.errors()) summary.failed.push({ file: module.relativeModuleId, ...told(error) });
      }
    }
    const file = process.env.MIYABI_TEST_SUMMARY;
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }

  /** While which file's tests ran, as far as is known: of one that shares its process it is the newest, and need not be the one that caused it. */
  #whereabouts({ VITEST_TEST_PATH: file }) {
    return file === undefined ? '' : ` while ${path.relative(this.#root, file)} ran`;
  }

  #add(summary, module, test) {
    const file = module.relativeModuleId;
    const name = `${file} > ${test.fullName}`;
    const result = test.result();
    if (result.state === 'passed') summary.passed.push(name);
    else if (result.state === 'failed') summary.failed.push({ file, test: name, ...told(...result.errors) });
    // Whoever interrupted it wants no second try: hence without a file.
    else if (result.state === 'pending') summary.failed.push({ test: name, reason: 'did not end' });
    // What a name or a tag leaves out was not asked for.
    else if (!this.#isPart || result.note !== undefined) {
      summary.skipped.push({ name, reason: result.note ?? 'gives no reason; skip with context.skip(reason)' });
    }
  }
}

function told(...errors) {
  return {
    reason: firstLine(errors[0] ?? 'gives no reason'),
    isFoundBySeed: errors.some(({ message }) => /\bseed\b/i.test(message ?? '')),
  };
}

function firstLine(error) {
  return String(error.message ?? error).split('\n')[0];
}
