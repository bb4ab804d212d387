import { describe } from 'vitest';
import { attemptCases, decisionCases, effectCases, eventCases } from './store-history.ts';
import { integrityCases } from './store-integrity.ts';
import { carryingCases, jobCases } from './store-jobs.ts';
import { limitCases, readyCases, readyTypeCases, timeCases } from './store-scheduling.ts';
import { heartbeatCases, namespaceCases, versionCases } from './store-sharing.ts';
import type { Versioned } from './store-sharing.ts';
import type { MakeStore } from './store-support.ts';
import { replacingCases, taskCases } from './store-tasks.ts';
import { refusedAwaitCases, transactionCases } from './store-transactions.ts';
import { valueCases } from './store-values.ts';

/** One meaning for every place where the engine keeps its records: each must pass all of this. */
export function storeConformance(name: string, make: MakeStore): void {
  describe(`records of the engine in ${name}`, () => {
    transactionCases(make);
    valueCases(make);
    jobCases(make);
    carryingCases(make);
    taskCases(make);
    replacingCases(make);
    readyCases(make);
    readyTypeCases(make);
    limitCases(make);
    timeCases(make);
    attemptCases(make);
    decisionCases(make);
    eventCases(make);
    effectCases(make);
    integrityCases(make);
    namespaceCases(make);
    heartbeatCases(make);
  });
}

/** What besides is asked of a store that lives in the program itself, with no server in between. */
export function embeddedStoreConformance(name: string, make: MakeStore<Versioned>): void {
  describe(`records of the engine in ${name}, embedded`, () => {
    refusedAwaitCases(make);
    versionCases(make);
  });
}
