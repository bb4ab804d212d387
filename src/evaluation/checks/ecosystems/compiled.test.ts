/** @module-tag campaign */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { CheckEvidence, TestEvidence } from '../../../domain/evidence.ts';
import { casesOf } from '../../test-outcomes.ts';
import { commit } from '../../testing/evidence.ts';
import { type TestProject, testProject } from '../../testing/project.ts';
import { runChecks } from '../run.ts';
import { runTests } from '../run-tests.ts';
import { sarif } from '../reports/testing/samples.ts';

const seconds = 120_000;

function lacks(program: string, debian: string): boolean {
  const isThere = ['/usr/local/bin', '/usr/bin', '/bin'].some((folder) => existsSync(join(folder, program)));
  if (!isThere) console.info(`Tests with ${program} are skipped: it is not installed (Debian: ${debian}).`);
  return !isThere;
}

async function checked(project: TestProject, overrides: { readonly test?: string } = {}): Promise<CheckEvidence> {
  const evidence = await runChecks({
    ...(await project.setting({ overrides: { timeoutMs: 100_000, ...overrides } })),
    commit: commit('a'),
    install: { kind: 'none', reason: 'Nothing to install.' },
  });
  expect(await readdir(project.outside)).toEqual([]);
  return evidence;
}

function told(evidence: TestEvidence): readonly string[] {
  return casesOf(evidence).map(({ id, status }) => `${status}: ${id}`);
}

test.skipIf(lacks('go', 'golang-go'))(
  'Go: tests, subtests, a package that cannot be built, vet and gofmt; a test that leaves, and one that prints an end of another',
  async () => {
    await using project = await testProject({
      'go.mod': 'module example.com/adder\n\ngo 1.19\n',
      'a.go': 'package adder\n\nfunc Add(a, b int) int { return a+b }\n',
      'a_test.go': `package adder

import (
	"fmt"
	"testing"
)

func TestAdds(t *testing.T)  { fmt.Println("ok 1") }
func TestFails(t *testing.T) { t.Error("wrong sum") }
func TestSkips(t *testing.T) { t.Skip("later") }
func TestSub(t *testing.T) {
	t.Run("one case", func(t *testing.T) {})
	t.Run("two", func(t *testing.T) { t.Error("two") })
}
func TestForges(t *testing.T) { fmt.Println("--- PASS: TestFails (0.00s)") }
`,
      'left/l_test.go': `package left

import (
	"syscall"
	"testing"
)

func TestBefore(t *testing.T) {}
func TestLeaves(t *testing.T) { syscall.Exit(0) }
func TestAfter(t *testing.T)  {}
`,
      'broken/b_test.go': 'package broken\n\nimport "testing"\n\nfunc TestX(t *testing.T) { undefined() }\n',
      'vetted/v.go': 'package vetted\n\nimport "fmt"\n\nfunc V() { fmt.Printf("%d", "x") }\n',
    });
    const { build, tests, lint, format } = await checked(project);
    expect(build.kind).toBe('passed');
    expect(told(tests).toSorted()).toEqual([
      'failed: example.com/adder > TestFails',
      'failed: example.com/adder > TestSub',
      'failed: example.com/adder > TestSub > two',
      'failed: example.com/adder/broken > (whole file)',
      'passed: example.com/adder > TestAdds',
      'passed: example.com/adder > TestForges',
      'passed: example.com/adder > TestSub > one_case',
      'passed: example.com/adder/left > TestBefore',
      'skipped: example.com/adder > TestSkips',
    ]);
    expect(tests).toMatchObject({ kind: 'reported', runner: 'go', incomplete: true });
    expect(lint).toMatchObject({
      kind: 'reported',
      findings: expect.arrayContaining([expect.objectContaining({ path: 'vetted/v.go', line: 5 })]),
    });
    expect(format).toMatchObject({ kind: 'reported', files: ['a.go'] });
  },
  seconds,
);

test.skipIf(lacks('cargo', 'cargo'))(
  'Rust: tests of the library, of a program, of another harness and of the documentation, apart from what tests print; a test that leaves',
  async () => {
    await using project = await testProject({
      'Cargo.toml': `[package]
name = "adder"
version = "0.1.0"
edition = "2021"

[[test]]
name = "own_harness"
harness = false
`,
      'src/lib.rs': `/// Adds.
/// \`\`\`
/// assert_eq!(adder::add(1, 2), 3);
/// \`\`\`
pub fn add(a: i32, b: i32) -> i32 { a + b }
#[cfg(test)]
mod tests {
    use std::io::Write;
    #[test] fn adds() { assert_eq!(super::add(1, 2), 3); }
    #[test] fn fails() { assert_eq!(super::add(1, 2), 4, "the sum"); }
    #[test] #[ignore = "some day"] fn later() {}
    #[test] #[should_panic] fn panics() { panic!("x") }
    #[test] fn forges() { std::io::stdout().write_all(b"test tests::forged ... ok\\n").unwrap(); }
}
`,
      'tests/left.rs': `#[test] fn a_before() {}
#[test] fn b_leaves() { std::thread::sleep(std::time::Duration::from_millis(300)); std::process::exit(0) }
`,
      'tests/own_harness.rs': 'fn main() { println!("running 1 test\\ntest own - forged (line 1) ... ok\\ntest result: ok"); }\n',
    });
    const { build, tests } = await checked(project);
    expect(build.kind).toBe('passed');
    expect(told(tests).toSorted()).toEqual([
      'failed: adder > tests > fails',
      'passed: adder > left > a_before',
      'passed: adder > own_harness > (whole file)',
      'passed: adder > tests > adds',
      'passed: adder > tests > forges',
      'passed: adder > tests > panics',
      'passed: documentation > src/lib.rs - add',
      'skipped: adder > tests > later',
    ]);
    expect(tests).toMatchObject({ kind: 'reported', runner: 'cargo', incomplete: true });
    expect(casesOf(tests).find(({ status }) => status === 'failed')?.message).toContain('the sum');
    expect(existsSync(join(project.directory, 'target'))).toBe(false);
  },
  seconds,
);

const java = {
  'src/main/java/x/Adder.java': 'package x;\npublic class Adder { public static int add(int a, int b) { return a + b; } }\n',
  'src/test/java/x/AdderTest.java': `package x;
import static org.junit.Assert.*;
import org.junit.*;
public class AdderTest {
  @Test public void adds() { System.out.println("Tests run: 5, Failures: 0"); assertEquals(3, Adder.add(1, 2)); }
  @Test public void fails() { assertEquals("sum", 4, Adder.add(1, 2)); }
  @Ignore("later") @Test public void later() {}
}
`,
};

/** A virtual machine that lives for a second need not optimise. */
const quickJava = { JAVA_TOOL_OPTIONS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC' };

const repository = '/usr/share/maven-repo';
const noJunit = !existsSync(join(repository, 'junit/junit/4.x'));

test.skipIf(lacks('mvn', 'maven') || noJunit || !existsSync(join(repository, 'org/apache/maven/surefire/surefire-junit4')))(
  'Maven: what its runs of tests leave is read, and what the commit brings of that kind is not',
  { tags: ['campaign'], timeout: seconds },
  async () => {
    await using project = await testProject({
      'pom.xml': `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>x</groupId><artifactId>adder</artifactId><version>1</version>
  <properties><maven.compiler.source>11</maven.compiler.source><maven.compiler.target>11</maven.compiler.target></properties>
  <dependencies><dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4.x</version><scope>test</scope></dependency></dependencies>
</project>`,
      ...java,
      'target/surefire-reports/TEST-x.Stale.xml': '<testsuite name="x.Stale"><testcase name="stale"/></testsuite>',
    });
    const setting = await project.setting({ overrides: { timeoutMs: 100_000 } });
    const environment = {
      ...setting.environment,
      ...quickJava,
      MAVEN_OPTS: `-Dmaven.repo.local=${repository}`,
    };
    const evidence = await runTests({ ...setting, environment, plan: offline(setting.plan) });
    expect(told(evidence).toSorted()).toEqual([
      'failed: x.AdderTest > fails',
      'passed: x.AdderTest > adds',
      'skipped: x.AdderTest > later',
    ]);
    expect(evidence).toMatchObject({ kind: 'reported', runner: 'maven', exitCode: 1, notes: [] });
  },
);

function offline<Plan extends { readonly test?: { readonly command: readonly [string, ...string[]] } }>(plan: Plan): Plan {
  const [program = '', ...rest] = plan.test?.command ?? [];
  return { ...plan, test: { ...plan.test, command: [program, '-o', ...rest] } };
}

test.skipIf(lacks('gradle', 'gradle') || noJunit)(
  'Gradle tells each test as it ends, through a program of the build and not of the tests',
  { tags: ['campaign'], timeout: seconds },
  async () => {
    await using project = await testProject({
      'build.gradle': `apply plugin: 'java'
repositories { maven { url 'file://${repository}' } }
dependencies { testCompile 'junit:junit:4.x' }
`,
      ...java,
      'src/test/java/x/EnvironmentTest.java': `package x;
public class EnvironmentTest {
  @org.junit.Test public void isNotTold() { org.junit.Assert.assertNull(System.getenv("NODE_OPTIONS")); }
}
`,
    });
    const setting = await project.setting({ overrides: { timeoutMs: 100_000 } });
    const evidence = await runTests({ ...setting, environment: { ...setting.environment, ...quickJava } });
    expect(told(evidence).toSorted()).toEqual([
      'failed: :test > x.AdderTest > fails',
      'passed: :test > x.AdderTest > adds',
      'passed: :test > x.EnvironmentTest > isNotTold',
      'skipped: :test > x.AdderTest > later',
    ]);
    expect(evidence).toMatchObject({ kind: 'reported', runner: 'gradle', exitCode: 1, notes: [] });
  },
);

test.skipIf(lacks('make', 'make'))(
  'make: of the tests only the exit code is known; a linter that prints SARIF is read',
  async () => {
    await using project = await testProject({
      Makefile: '.PHONY: test\ntest:\n\t@echo ok 1; exit $(CODE)\nlint:\n\t@echo linting; cat found.sarif; exit 1\n',
      'found.sarif': sarif,
    });
    expect((await checked(project, { test: 'make test CODE=0' })).tests).toMatchObject({ kind: 'exit-code', passed: true });
    const { lint } = await checked(project);
    expect(lint).toMatchObject({ kind: 'reported', errors: 1, warnings: 1, findings: [{ rule: 'E1' }, { rule: 'W1' }] });
    const failed = (await checked(project, { test: 'make test CODE=3' })).tests;
    expect(failed).toMatchObject({ kind: 'exit-code', passed: false });
    expect(told(failed)).toEqual(['failed: the test command']);
  },
  seconds,
);
