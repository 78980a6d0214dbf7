import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** What a whole run came to. `failed` also counts files that could not be loaded and errors outside any test. */
export interface Summary {
  readonly passed: number;
  readonly failed: number;
  /** Tests that did not run, each with its reason; null when nobody gave one. */
  readonly notRun: readonly { readonly name: string; readonly reason: string | null }[];
}

/** Counts a run. `unhandled`: the number of errors outside any test. */
export function summarize(modules: readonly TestModule[], unhandled: number): Summary {
  let passed = 0;
  let failed = unhandled;
  const notRun: { name: string; reason: string | null }[] = [];
  for (const module of modules) {
    let failedHere = 0;
    for (const test of module.children.allTests()) {
      const result = test.result();
      if (result.state === 'passed') passed += 1;
      else if (result.state === 'failed') failedHere += 1;
      else if (result.state === 'skipped') notRun.push({ name: test.fullName, reason: result.note ?? null });
      else failedHere += 1; // A test that never came to an end has not passed.
    }
    // A file that cannot be loaded has no tests; a hook that fails leaves its tests unfailed.
    failed += failedHere === 0 && module.state() === 'failed' ? 1 : failedHere;
  }
  return { passed, failed, notRun };
}

/**
 * Closes a run with what did NOT RUN and why (give the reason with `context.skip('reason')`), and the line
 * `N passed, N failed`. A test skipped without a reason makes the run fail. With REKENSCHAP_TEST_SUMMARY set the
 * counts go to that file as JSON instead of the closing line: `.ci/run` adds its other checks and prints one line.
 */
export default class SummaryReporter implements Reporter {
  private vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const { passed, failed, notRun } = summarize(modules, errors.length);
    // Under `-t` or `.only` the tests left out were left out by hand.
    const chosenByHand = this.vitest?.config.testNamePattern !== undefined;
    const listed = chosenByHand ? notRun.filter(({ reason }) => reason !== null) : notRun;
    for (const { name, reason } of listed) process.stdout.write(`NOT RUN: ${name}: ${reason ?? 'no reason given, which counts as failed'}\n`);
    const unexplained = listed.filter(({ reason }) => reason === null).length;
    const total = failed + unexplained;
    if (total > 0) process.exitCode = 1;
    const file = process.env['REKENSCHAP_TEST_SUMMARY'];
    if (file === undefined) process.stdout.write(`\n${passed} passed, ${total} failed\n`);
    else writeFileSync(file, `${JSON.stringify({ passed, failed: total, notRun: listed.length })}\n`);
  }
}
