/** A vitest reporter that writes what the run came to into the file named by MIYABI_TEST_SUMMARY. */
import { writeFileSync } from 'node:fs';

export default class SummaryReporter {
  #isPart = false;

  onInit({ config }) {
    this.#isPart = config.testNamePattern !== undefined || config.tagsFilter !== undefined;
  }

  onTestRunEnd(modules, unhandledErrors) {
    const summary = { passed: 0, failed: unhandledErrors.map((error) => `unhandled error: ${firstLine(error)}`), skipped: [] };
    for (const module of modules) {
      for (const test of module.children.allTests()) this.#add(summary, module, test);
      for (const broken of [module, ...module.children.allSuites()]) {
        for (const error of broken.errors()) summary.failed.push(`${module.relativeModuleId}: ${firstLine(error)}`);
      }
    }
    const file = process.env.MIYABI_TEST_SUMMARY;
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  }

  #add(summary, module, test) {
    const name = `${module.relativeModuleId} > ${test.fullName}`;
    const result = test.result();
    if (result.state === 'passed') summary.passed += 1;
    else if (result.state === 'failed') summary.failed.push([name, ...result.errors.slice(0, 1).map(firstLine)].join(': '));
    else if (result.state === 'pending') summary.failed.push(`${name} (did not end)`);
    // What a name or a tag leaves out was not asked for.
    else if (!this.#isPart || result.note !== undefined) {
      summary.skipped.push({ name, reason: result.note ?? 'gives no reason; skip with context.skip(reason)' });
    }
  }
}

function firstLine(error) {
  return String(error.message ?? error).split('\n')[0];
}
