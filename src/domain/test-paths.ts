/** The ways in which people call files of tests, and the folders that hold them, in one place for everybody who asks. Only paths are looked at. */

const script = String.raw`[cm]?[jt]sx?`;
const ofClasses = String.raw`java|kt|scala|groovy|cs|fs|vb|php|swift`;

const named = new RegExp(
  String.raw`(?:^|\/)(?:test[-_.][^/]*|[^/]*[-_.](?:test|tests|spec|specs|snap)|tests?|[A-Z]\w*(?:Tests?|TestCase|IT|Spec)(?=\.(?:${ofClasses})$))\.[^/]*$|\.snap$|\.bats$`,
);
const folder =
  /(?:^|\/)(?:tests?|__tests__|spec|specs|e2e|src\/(?:test|\w+Test|testFixtures)|[^/]*\.(?:Tests?|UnitTests|IntegrationTests))\//;
const started = new RegExp(
  String.raw`(?:^|\/)(?:test[-_][^/]*\.(?:${script}|py)|[^/]*[-_.](?:test|tests|spec|specs)\.${script}|[^/]*_test\.(?:py|go)|tests?\.${script}|(?:Test[A-Z]\w*|\w+(?:Tests?|TestCase|IT|Spec))\.(?:${ofClasses}))$`,
);
const startedByFolder = new RegExp(String.raw`(?:^|\/)(?:tests?|__tests__|specs?)\/[^/]+\.${script}$|(?:^|\/)tests\/[^/]+\.rs$`);

/** Whether the name of a file says that it holds tests, or what they recorded. */
export function isNamedAsTest(path: string): boolean {
  return named.test(path);
}

/** Whether a file lies in a folder of tests, however deep; beside tests it may be a helper, or data. */
export function liesAmongTests(path: string): boolean {
  return folder.test(path);
}

/** Whether a runner starts with a file, by its name or by the folder that it lies right in: a test itself, and nothing that tests share. */
export function isStartedByRunners(path: string): boolean {
  return started.test(path) || startedByFolder.test(path);
}
