import type { RuleName } from '../../rules.ts';
import type { Found } from '../found.ts';
import type { TextLanguage } from './languages.ts';
import { onlyCode, writings } from './only-code.ts';

type Table = readonly (readonly [RegExp, RuleName])[];

/** Patterns on code without comments, and without what stands in texts where they name no quote. */
const tables: Readonly<Record<TextLanguage, Table>> = {
  python: [
    [
      /^[ \t]*(?:import|from)\s+(?:subprocess|pexpect|pty|sh)\b|\bos\.(?:system|popen|exec\w{1,4}|spawn\w{1,4}|fork)\s*\(/m,
      'gains-process',
    ],
    [
      /^[ \t]*(?:import|from)\s+(?:socket|ssl|http|urllib|urllib3|requests|httpx|aiohttp|ftplib|smtplib|paramiko|websockets?)\b/m,
      'gains-network',
    ],
    [/(?<![\w.])(?:eval|exec|compile)\s*\(/, 'gains-eval'],
    [/(?<![\w.])open\s*\(|^[ \t]*(?:import|from)\s+(?:shutil|pathlib|tempfile)\b/m, 'gains-files'],
    [
      /\bexpanduser\s*\(|\bPath\.home\s*\(|(?<![\w.])open\s*\(\s*[fr]?["'](?:\/(?:etc|root|home|proc|sys|var)\/|~\/)/,
      'gains-files-outside',
    ],
    [/\bos\.(?:environ|getenv)\b/, 'gains-environment'],
    [/\bimportlib\.import_module\s*\(\s*(?!["'])|(?<![\w.])__import__\s*\(\s*(?!["'])/, 'gains-dynamic-import'],
    [/^[ \t]*(?:import|from)\s+(?:threading|multiprocessing|concurrent)\b/m, 'gains-worker'],
    [/^[ \t]*(?:import|from)\s+(?:ctypes|cffi)\b/m, 'gains-native'],
  ],
  shell: [
    [/(?:^|[\s;&|(`])(?:curl|wget|nc|ncat|ssh|scp|rsync|ftp|telnet)\s/m, 'gains-network'],
    [/(?:^|[;&|]\s*)eval\s/m, 'gains-eval'],
    [/\$\{?HOME\b|(?:^|[\s"'=])~\/|[\s"'=]\/(?:etc|root|home|proc|sys|var)\/\w/m, 'gains-files-outside'],
  ],
  go: [
    [/"os\/exec"/, 'gains-process'],
    [/"net(?:\/[\w/]+)?"/, 'gains-network'],
    [/"plugin"/, 'gains-dynamic-import'],
    [/\bos\.(?:Open\w*|ReadFile|WriteFile|Create|Remove\w*)\(/, 'gains-files'],
    [/\bos\.UserHomeDir\(|\bos\.\w+\(\s*"\/(?:etc|root|home|proc|sys|var)\//, 'gains-files-outside'],
    [/\bos\.(?:Getenv|LookupEnv|Environ)\(/, 'gains-environment'],
    [/^import\s+"C"|"unsafe"|"syscall"/m, 'gains-native'],
  ],
  java: [
    [/\bProcessBuilder\b|\bgetRuntime\(\)\s*\.exec\b/, 'gains-process'],
    [/\bimport\s+(?:static\s+)?(?:java\.net\.|javax\.net\.|okhttp3\.|org\.apache\.http|io\.ktor\.client)/, 'gains-network'],
    [/\bScriptEngine\b/, 'gains-eval'],
    [/\bimport\s+(?:static\s+)?java\.(?:nio\.file|io\.File)/, 'gains-files'],
    [/getProperty\(\s*"user\.home"/, 'gains-files-outside'],
    [/\bSystem\.getenv\(/, 'gains-environment'],
    [/\bClass\.forName\(\s*(?!")|\bURLClassLoader\b/, 'gains-dynamic-import'],
    [/\bSystem\.load(?:Library)?\(|\bsun\.misc\.Unsafe\b/, 'gains-native'],
  ],
  rust: [
    [/\bstd::process\b|\bCommand::new\(/, 'gains-process'],
    [/\bstd::net\b|\btokio::net\b|\breqwest\b|\bhyper\b/, 'gains-network'],
    [/\bstd::fs\b|\bFile::(?:open|create)\(/, 'gains-files'],
    [/\b(?:home_dir|data_dir|config_dir)\(\)/, 'gains-files-outside'],
    [/\bstd::env\b|\benv::var\b/, 'gains-environment'],
    [/\blibloading\b|\bextern\s+"C"/, 'gains-native'],
  ],
  csharp: [
    [/\bProcess\.Start\(|\bProcessStartInfo\b/, 'gains-process'],
    [/\busing\s+System\.Net\b|\bHttpClient\b|\bTcpClient\b/, 'gains-network'],
    [/\bCSharpScript\b|\bCompileAssemblyFromSource\b/, 'gains-eval'],
    [/\bFile\.(?:Read|Write|Open|Delete|Append)\w*\(|\bStream(?:Reader|Writer)\(/, 'gains-files'],
    [/\bSpecialFolder\b/, 'gains-files-outside'],
    [/\bEnvironment\.GetEnvironmentVariables?\(/, 'gains-environment'],
    [/\bAssembly\.Load\w*\(/, 'gains-dynamic-import'],
    [/\[DllImport\b|\bunsafe\b/, 'gains-native'],
  ],
  ruby: [
    [/(?<![\w.])(?:system|exec|spawn)\s*[( ]|\bOpen3\b/, 'gains-process'],
    [/\brequire\s+["'](?:net\/\w+|open-uri|socket|faraday|httparty)["']/, 'gains-network'],
    [/(?<![\w.])eval\s*[( ]/, 'gains-eval'],
    [/\bFile\.(?:open|read|write|delete)\b/, 'gains-files'],
    [/\bENV\b/, 'gains-environment'],
  ],
  php: [
    [/(?<![\w>:])(?:exec|shell_exec|system|passthru|popen|proc_open)\s*\(/, 'gains-process'],
    [/\bcurl_init\s*\(|\bfsockopen\s*\(/, 'gains-network'],
    [/(?<![\w>:])eval\s*\(/, 'gains-eval'],
    [/\b(?:fopen|file_put_contents|file_get_contents|unlink)\s*\(/, 'gains-files'],
    [/\bgetenv\s*\(|\$_ENV\b/, 'gains-environment'],
  ],
};

/** What a file of one of these languages can do, each thing once. */
export function capabilitiesInText(source: string, language: TextLanguage): readonly Found[] {
  const withTexts = onlyCode(source, writings[language], 'comments');
  const bare = language === 'shell' ? withTexts : onlyCode(source, writings[language], 'texts');
  return tables[language].flatMap(([pattern, rule]) => {
    // A pattern with a quote in it looks for something within a text.
    const match = pattern.exec(pattern.source.includes('"') ? withTexts : bare);
    return match === null ? [] : [{ rule, index: match.index, snippet: '' }];
  });
}
