/** What real runners and tools wrote, shortened; those that could not be run here follow the documentation of their format. */

/** pytest 9. */
export const junitOfPytest = `<?xml version="1.0" encoding="utf-8"?><testsuites name="pytest tests"><testsuite name="pytest" errors="1" failures="1" skipped="1" tests="5" time="0.026"><testcase classname="test_a" name="test_ok" time="0.000" /><testcase classname="test_a" name="test_param[2]" time="0.000"><failure message="assert 2 == 1">n = 2
&gt;   def test_param(n): assert n == 1
test_a.py:4: AssertionError</failure></testcase><testcase classname="test_a" name="test_skip" time="0.000"><skipped type="pytest.skip" message="x">/x/test_a.py:5: x</skipped></testcase><testcase classname="test_a" name="test_bad" time="0.000"><error message="failed on setup with &quot;RuntimeError: setup&quot;">trace</error></testcase><testcase classname="test_a.TestC" name="test_ok" time="0.002"/></testsuite></testsuites>`;

/** Surefire 2.22; the reruns as its documentation tells them. */
export const junitOfSurefire = `<?xml version="1.0" encoding="UTF-8"?>
<testsuite xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" name="x.AdderTest" time="0.025" tests="5" errors="0" skipped="1" failures="2">
  <properties><property name="java.specification.version" value="17"/></properties>
  <testcase name="adds" classname="x.AdderTest" time="0.002"/>
  <testcase name="fails" classname="x.AdderTest" time="0.003">
    <failure message="sum expected:&lt;4&gt; but was:&lt;3&gt;" type="java.lang.AssertionError"><![CDATA[java.lang.AssertionError: sum expected:<4> but was:<3>
	at x.AdderTest.fails(AdderTest.java:6)
]]></failure>
    <system-out><![CDATA[Tests run: 5, Failures: 0
]]></system-out>
  </testcase>
  <testcase name="later" classname="x.AdderTest" time="0"><skipped message="later"/></testcase>
  <testcase name="flaky" classname="x.AdderTest" time="0"><flakyFailure message="once" type="E"><stackTrace>s</stackTrace></flakyFailure></testcase>
  <testcase name="never" classname="x.AdderTest" time="0"><failure message="1" type="E">s</failure><rerunFailure message="2" type="E"><stackTrace>s</stackTrace></rerunFailure></testcase>
</testsuite>`;

/** node:test of Node 24, `--test-reporter=tap`. */
export const tapOfNode = `TAP version 13
# Subtest: outer
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 0.5
      type: 'test'
      ...
    # Subtest: fails
    not ok 2 - fails
      ---
      duration_ms: 0.5
      error: 'no'
      ...
    # Subtest: later
    ok 3 - later # SKIP
    # Subtest: some day
    not ok 4 - some day # TODO
    1..4
not ok 1 - outer
  ---
  duration_ms: 1
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
# Subtest: alone
ok 2 - alone
1..2
# tests 5
`;

/** Go 1.19. */
export const goTest = `{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestAdds"}
{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":"example.com/adder","Test":"TestAdds","Output":"=== RUN   TestAdds\\n"}
{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"example.com/adder","Test":"TestAdds","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestFails"}
{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":"example.com/adder","Test":"TestFails","Output":"    a_test.go:6: wrong sum\\n"}
{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":"example.com/adder","Test":"TestFails","Output":"--- FAIL: TestFails (0.00s)\\n"}
{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"example.com/adder","Test":"TestFails","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestSkips"}
{"Time":"2026-01-01T00:00:00Z","Action":"skip","Package":"example.com/adder","Test":"TestSkips","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestSub"}
{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestSub/one_case"}
{"Time":"2026-01-01T00:00:00Z","Action":"run","Package":"example.com/adder","Test":"TestSub/two"}
{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"example.com/adder","Test":"TestSub/one_case","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"example.com/adder","Test":"TestSub/two","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"example.com/adder","Test":"TestSub","Elapsed":0}
{"Time":"2026-01-01T00:00:00Z","Action":"output","Package":"example.com/adder","Output":"FAIL\\texample.com/adder\\t0.015s\\n"}
{"Time":"2026-01-01T00:00:00Z","Action":"fail","Package":"example.com/adder","Elapsed":0.015}
FAIL	example.com/adder/broken [build failed]
`;

/** Go 1.19: another test printed `--- PASS: TestFails (0.00s)`. */
export const goTestForged = `{"Action":"run","Package":"example.com/adder","Test":"TestFails"}
{"Action":"fail","Package":"example.com/adder","Test":"TestFails","Elapsed":0}
{"Action":"run","Package":"example.com/adder","Test":"TestForges"}
{"Action":"output","Package":"example.com/adder","Test":"TestFails","Output":"--- PASS: TestFails (0.00s)\\n"}
{"Action":"pass","Package":"example.com/adder","Test":"TestFails","Elapsed":0}
{"Action":"pass","Package":"example.com/adder","Test":"TestForges","Elapsed":0}
{"Action":"fail","Package":"example.com/adder","Elapsed":0.015}
`;

/** Go 1.19: a test called `syscall.Exit(0)`. */
export const goTestLeft = `{"Action":"run","Package":"example.com/adder/sub","Test":"TestBefore"}
{"Action":"pass","Package":"example.com/adder/sub","Test":"TestBefore","Elapsed":0}
{"Action":"run","Package":"example.com/adder/sub","Test":"TestLeaves"}
{"Action":"output","Package":"example.com/adder/sub","Test":"TestLeaves","Output":"=== RUN   TestLeaves\\n"}
{"Action":"output","Package":"example.com/adder/sub","Test":"TestLeaves","Output":"ok  \\texample.com/adder/sub\\t0.001s\\n"}
{"Action":"pass","Package":"example.com/adder/sub","Test":"TestLeaves","Elapsed":0.001}
`;

/** After the schema of Visual Studio's test results. */
export const trx = `<?xml version="1.0" encoding="utf-8"?>
<TestRun id="1" name="x" xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
  <Results>
    <UnitTestResult testId="1" testName="X.AdderTest.Adds" outcome="Passed" duration="00:00:01.5000000" />
    <UnitTestResult testId="2" testName="X.AdderTest.Fails" outcome="Failed" duration="00:00:00.0010000">
      <Output><ErrorInfo><Message>Assert.Equal() Failure</Message><StackTrace>at X</StackTrace></ErrorInfo></Output>
    </UnitTestResult>
    <UnitTestResult testId="3" testName="X.AdderTest.Later" outcome="NotExecuted" />
  </Results>
  <ResultSummary outcome="Completed"><Counters total="3" executed="2" passed="1" failed="1" /></ResultSummary>
</TestRun>`;

/** After the standard. */
export const sarif = JSON.stringify({
  version: '2.1.0',
  runs: [
    {
      tool: { driver: { name: 'tool', rules: [{ id: 'E1', defaultConfiguration: { level: 'error' } }] } },
      results: [
        {
          ruleId: 'E1',
          message: { text: 'Unused.' },
          locations: [{ physicalLocation: { artifactLocation: { uri: 'src/a%20b.py' }, region: { startLine: 3 } } }],
        },
        { ruleId: 'W1', message: { text: 'Long.' }, locations: [{ physicalLocation: { artifactLocation: { uri: 'src/b.py' } } }] },
        { ruleId: 'E1', message: { text: 'Allowed.' }, suppressions: [{ kind: 'inSource' }] },
        { ruleId: 'E1', message: { text: 'Fine.' }, kind: 'pass' },
        { ruleId: 'E2', message: { text: 'Off.' }, level: 'none' },
      ],
    },
  ],
});

/** After the documentation of ruff. */
export const ruff = JSON.stringify([
  { code: 'F401', filename: '/x/a.py', location: { row: 1, column: 8 }, message: '`os` imported but unused', fix: null, noqa_row: 1 },
  { code: null, filename: '/x/b.py', location: { row: 2, column: 1 }, message: 'Expected an expression', url: null },
]);

const clippyMessage = {
  reason: 'compiler-message',
  message: {
    level: 'warning',
    message: 'unneeded `return` statement',
    code: { code: 'clippy::needless_return', explanation: null },
    spans: [{ file_name: 'src/lib.rs', line_start: 1, line_end: 1, is_primary: true }],
  },
};

/** clippy of Rust 1.95. */
export const clippy = [
  clippyMessage,
  clippyMessage,
  { reason: 'compiler-message', message: { level: 'warning', message: '1 warning emitted', code: null, spans: [] } },
  { reason: 'build-finished', success: true },
]
  .map((line) => JSON.stringify(line))
  .join('\n');

export const located = 'a.go:4:2: unreachable code\n';

/** As our own programs write it. */
export const lines = '{"start":true}\n{"names":["TestA","test_a"],"file":"/x/test_a.py","status":"passed","durationMs":1}\n{"end":true}\n';

export const lcov = `TN:
SF:src/a.js
FN:1,add
DA:1,2
DA:2,0
DA:4,0
LF:3
end_of_record
SF:src/b.js
DA:1,0
end_of_record
TN:second
SF:src/a.js
DA:2,0
DA:4,1
end_of_record
`;

/** coverage.py's shape. */
export const cobertura = `<?xml version="1.0" ?>
<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">
<coverage version="7" line-rate="0.6" branch-rate="0">
  <sources><source>/x/src</source></sources>
  <packages><package name="."><classes><class name="a.py" filename="a.py">
    <methods><method name="f"><lines><line number="1" hits="9"/></lines></method></methods>
    <lines><line number="1" hits="1"/><line number="2" hits="0"/><line number="5" hits="3" branch="true"/></lines>
  </class></classes></package></packages>
</coverage>`;
