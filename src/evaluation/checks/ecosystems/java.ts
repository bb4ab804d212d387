import { fileURLToPath } from 'node:url';
import type { ProjectReader } from '../project-reader.ts';
import { parseJunit } from '../reports/junit.ts';
import { parseLines } from '../reports/lines.ts';
import { commandOf, type Detected, type EcosystemEntry } from './ecosystem.ts';

const initScript = fileURLToPath(new URL('../hooks/gradle-init.gradle', import.meta.url));

const gradleMarks = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'] as const;

/** Projects built with Maven or Gradle; their own wrapper is what runs, where they have one. */
export const java: EcosystemEntry = {
  name: 'java',
  marks: ['pom.xml', ...gradleMarks],
  runners: [
    {
      runner: 'maven',
      called: /\bmvnw?\b/,
      name: 'maven',
      // Surefire can be told no other folder from outside.
      left: ['**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml'],
      parse: parseJunit,
    },
    {
      runner: 'gradle',
      called: /\bgradlew?\b/,
      name: 'gradle',
      sealed: true,
      // What listens to tests cannot be kept in the cache of configurations.
      arguments: () => ['--init-script', initScript, '-Dorg.gradle.configuration-cache=false'],
      parse: parseLines,
    },
  ],
  // Java takes the user's home from the system and not from HOME. This variable may hold quotes, unlike MAVEN_OPTS.
  environment: (base) => {
    const home = base['HOME'] ?? '/nonexistent';
    return {
      JAVA_TOOL_OPTIONS: `${base['JAVA_TOOL_OPTIONS'] ?? ''} "-Duser.home=${home}"`.trim(),
      GRADLE_USER_HOME: `${home}/.gradle`,
      GRADLE_OPTS: `${base['GRADLE_OPTS'] ?? ''} -Dorg.gradle.daemon=false`.trim(),
    };
  },
  async detect(reader) {
    if (await reader.exists('pom.xml')) return await maven(reader);
    const found = await Promise.all(gradleMarks.map(async (mark) => await reader.exists(mark)));
    return found.includes(true) ? await gradle(reader) : undefined;
  },
};

const testFile = /(?:^|\/)src\/(?:[^/]*[tT]est[^/]*)\/.+\.(?:java|kt|groovy|scala)$/;

async function maven(reader: ProjectReader): Promise<Detected> {
  const program = (await reader.exists('mvnw')) ? './mvnw' : 'mvn';
  return await detected(reader, 'Maven', {
    build: [program, '-B', 'test-compile'],
    test: [program, '-B', '--fail-at-end', 'test'],
    runner: 'maven',
  });
}

async function gradle(reader: ProjectReader): Promise<Detected> {
  const program = (await reader.exists('gradlew')) ? './gradlew' : 'gradle';
  const plain = ['--no-daemon', '--console=plain'];
  return await detected(reader, 'Gradle', {
    build: [program, ...plain, 'testClasses'],
    test: [program, ...plain, '--continue', 'test'],
    runner: 'gradle',
  });
}

async function detected(
  reader: ProjectReader,
  tool: string,
  words: { readonly build: readonly string[]; readonly test: readonly string[]; readonly runner: 'maven' | 'gradle' },
): Promise<Detected> {
  const hasTests = (await reader.list()).some((path) => testFile.test(path));
  return {
    build: commandOf(words.build),
    ...(hasTests ? { test: { ...commandOf(words.test), runner: words.runner } } : {}),
    reasons: [
      `No install: ${tool} takes what it needs while it builds.`,
      'No type check: the build of Java is one.',
      ...(hasTests ? [] : ['No tests: there is no source below src/test.']),
      `No linter: those of ${tool} are part of its build.`,
      'No format check: none is known for Java.',
    ],
  };
}
