/* oxlint-disable node/no-process-env -- It runs in the target's program, and is told what it must know there. */
'use strict';
/** What the programs of a run were told of their reports, and how these are written: once, sealed at their end, and by nobody else. */
const { openSync, writeSync, closeSync } = require('node:fs');

/** All that Miyabi adds to NODE_OPTIONS; it was put there as one piece. What comes last was said last. */
const added = / ?--conditions=miyabi-reports:(\S+):([0-9a-f]+) .*?--conditions=miyabi-end/g;
const told = [...(process.env.NODE_OPTIONS ?? '').matchAll(added)].at(-1);
let place = told === undefined ? undefined : { prefix: decodeURIComponent(told[1]), key: Buffer.from(told[2], 'hex') };

/** Whether this process may report: it was told where, and no runner above it, nor it itself, has taken that on yet. */
const mayReport = () => place !== undefined;

/**
 * Takes on that this process reports. What it starts from now on is told nothing: a runner that a test starts must not report as if it
 * were the project's, and code under test should not know where the report lies.
 *
 * @returns opens the reports of this process; undefined when somebody has taken that on already.
 */
function takeReports() {
  const taken = place;
  place = undefined;
  if (taken === undefined) return undefined;
  const rest = process.env.NODE_OPTIONS.replace(added, '').trim();
  if (rest === '') delete process.env.NODE_OPTIONS;
  else process.env.NODE_OPTIONS = rest;
  return (runner, ending) => openReport(taken, `${runner}-${process.pid}`, ending);
}

/** A file that did not exist; where one did, a second one, which tells that there is one too many. */
function openReport({ prefix, key }, name, ending) {
  const { createHmac, randomBytes } = require('node:crypto');
  let file = `${name}${ending}`;
  let descriptor;
  try {
    descriptor = openSync(prefix + file, 'wx', 0o600);
  } catch {
    file = `${name}.second-${randomBytes(8).toString('hex')}${ending}`;
    descriptor = openSync(prefix + file, 'wx', 0o600);
  }
  const mac = createHmac('sha256', key).update(`${file}\0`);
  return {
    write(text) {
      if (descriptor === undefined) return;
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
      mac.update(bytes);
    },
    end() {
      if (descriptor === undefined) return;
      writeSync(descriptor, `\n#sealed ${mac.digest('hex')}\n`);
      closeSync(descriptor);
      descriptor = undefined;
    },
  };
}

module.exports = { mayReport, takeReports };
