import type { RuleName } from '../../rules.ts';
import type { Found } from '../found.ts';
import type { TextLanguage } from './languages.ts';
import { onlyCode, writings } from './only-code.ts';

/** A pattern on one line of code. */
interface TextRule {
  readonly rule: RuleName;
  readonly pattern: RegExp;
  /** Where the pattern needs to see what stands in texts: comments alone are blank then. */
  readonly sees?: 'texts';
}

const python: readonly TextRule[] = [
  { rule: 'eval', pattern: /(?<![\w.])(?:eval|exec)\s*\(/ },
  { rule: 'unsafe-deserialisation', pattern: /\b(?:c?[pP]ickle|marshal|dill|jsonpickle|shelve)\.(?:loads?|Unpickler|decode|open)\s*\(/ },
  {
    rule: 'unsafe-deserialisation',
    pattern: /\byaml\.(?:unsafe_load|full_load|load)\s*\((?![^\n]{0,300}\b(?:Safe|CSafe|Base)Loader)(?!\s*\n)/,
  },
  {
    rule: 'shell-command-built',
    pattern: /\bos\.(?:system|popen)\s*\(\s*(?:[fF]["']|["'][^\n]{0,300}["']\s*(?:[+%]|\.format)|(?!["'])\w)/,
  },
  {
    rule: 'shell-command-built',
    pattern: /\bsubprocess\.\w{1,20}\(\s*(?:[fF]["']|["'][^\n]{0,300}["']\s*(?:[+%]|\.format))[^\n]{0,300}\bshell\s*=\s*True/,
  },
  { rule: 'shell-option', pattern: /\bshell\s*=\s*True\b/ },
  { rule: 'tls-check-off', pattern: /\bverify\s*=\s*False\b|\b_create_unverified_context\b|\bCERT_NONE\b/ },
  { rule: 'weak-hash-of-secret', pattern: /\bhashlib\.(?:md4|md5|sha1)\s*\([^\n]{0,100}(?:passw|secret|token)/ },
  { rule: 'weak-hash', pattern: /\bhashlib\.(?:md4|md5|sha1)\s*\((?![^\n]{0,200}usedforsecurity\s*=\s*False)/ },
  { rule: 'weak-hash', pattern: /\bhashlib\.new\(\s*["'](?:md4|md5|sha1)["']/, sees: 'texts' },
  { rule: 'weak-cipher', pattern: /\b(?:DES3?|ARC[24]|Blowfish)\.new\s*\(|\bMODE_ECB\b/ },
  { rule: 'sql-built', pattern: /\.execute(?:many)?\(\s*[fF]["']{1,3}\s*(?:select|insert|update|delete)\b[^\n]{0,300}\{/i, sees: 'texts' },
  {
    rule: 'sql-built',
    pattern: /\.execute(?:many)?\(\s*["']{1,3}\s*(?:select|insert|update|delete)\b[^\n]{0,300}["']\s*(?:[+]|%\s*(?!s)|\.format\()/i,
    sees: 'texts',
  },
  { rule: 'predictable-temporary-file', pattern: /\btempfile\.mktemp\s*\(/ },
  { rule: 'predictable-temporary-file', pattern: /\bopen\(\s*[fF]?["']\/tmp\/[^\n]{0,200}["'],\s*["'][wa]/, sees: 'texts' },
  {
    rule: 'predictable-token',
    pattern: /(?:token|secret|passw\w{0,6}|otp|session)\w{0,20}\s*=[^\n]{0,100}\brandom\.(?:choices?|randint|random|getrandbits)\s*\(/i,
  },
  { rule: 'jwt-unsigned', pattern: /\bverify_signature["']\s*:\s*False|\balgorithms?\s*=\s*\[?\s*["']none["']/i, sees: 'texts' },
  {
    rule: 'html-injection',
    pattern: /\b(?:mark_safe|Markup)\(\s*(?!["'])|\bautoescape\s*=\s*False\b|\brender_template_string\(\s*(?:[fF]["']|(?!["']))/,
  },
];

const shell: readonly TextRule[] = [
  {
    rule: 'downloaded-code-run',
    pattern: /\b(?:curl|wget|fetch)\b[^\n|]{0,400}\|\s*(?:sudo\s+(?:-\w+\s+)*)?(?:env\s+)?(?:ba|da|z|k)?sh\b/,
    sees: 'texts',
  },
  {
    rule: 'downloaded-code-run',
    pattern: /\b(?:curl|wget)\b[^\n|]{0,400}\|\s*(?:sudo\s+)?(?:python[\d.]*|node|perl|ruby)\b/,
    sees: 'texts',
  },
  {
    rule: 'downloaded-code-run',
    pattern: /\b(?:ba|z)?sh\s+(?:-c\s+)?(?:<\(|["']?\$\()\s*(?:curl|wget)\b|\beval\s+["']?\$\(\s*(?:curl|wget)\b/,
    sees: 'texts',
  },
  { rule: 'eval', pattern: /(?:^|[;&|]\s*|\bthen\s+|\bdo\s+)\s*eval\s+["']?\$/ },
  {
    rule: 'removes-by-variable',
    pattern:
      /\brm\s+(?:-\w+\s+){0,5}-\w*[rR]\w*\s+(?:-\w+\s+|--\s+){0,5}(?:\$\{?\w+\}?(?:\/\*?)?|["']\$\{?\w+\}?["']?\/\*?["']?)(?=\s|$|[;&|)])/,
  },
  {
    rule: 'tls-check-off',
    pattern:
      /\bcurl\b[^\n|;]{0,300}\s(?:-k\b|--insecure\b)|\bwget\b[^\n|;]{0,300}--no-check-certificate|\bNODE_TLS_REJECT_UNAUTHORIZED=0|\bGIT_SSL_NO_VERIFY=(?:1|true)|\bstrict-ssl\s+false|http\.sslVerify[= ]false/,
  },
  { rule: 'predictable-temporary-file', pattern: />\s*["']?\/tmp\/[\w.-]*\$\$/ },
];

const go: readonly TextRule[] = [
  {
    rule: 'shell-command-built',
    pattern:
      /\bexec\.Command(?:Context)?\([^\n]{0,40}["'](?:\/bin\/)?(?:ba)?sh["'],\s*["']-c["'],\s*(?:fmt\.Sprintf|["'][^\n]{0,200}["']\s*\+|[A-Za-z_])/,
    sees: 'texts',
  },
  { rule: 'tls-check-off', pattern: /\bInsecureSkipVerify\s*:\s*true\b/ },
  { rule: 'weak-hash', pattern: /\b(?:md5|sha1)\.(?:New|Sum)\w*\(/ },
  { rule: 'weak-cipher', pattern: /\b(?:des\.New\w*Cipher|rc4\.NewCipher)\(/ },
  {
    rule: 'sql-built',
    pattern:
      /\b(?:Query|QueryRow|Exec)(?:Context)?\([^\n]{0,40}(?:fmt\.Sprintf\(\s*)?["`]\s*(?:select|insert|update|delete)\b[^\n]{0,300}(?:["`]\s*\+|%[svd])/i,
    sees: 'texts',
  },
  { rule: 'html-injection', pattern: /\btemplate\.(?:HTML|JS|URL)\(\s*(?!["`])/ },
  { rule: 'unsafe-code', pattern: /\bunsafe\.Pointer\b/ },
  { rule: 'predictable-token', pattern: /(?:token|secret|passw\w{0,6}|session)\w{0,20}\s*:?=[^\n]{0,100}\brand\.(?:Int|Intn|Read)\w*\(/i },
];

const java: readonly TextRule[] = [
  { rule: 'shell-command-built', pattern: /\bgetRuntime\(\)\s*\.exec\(\s*(?:["'][^\n]{0,300}["']\s*\+|[a-zA-Z_]\w*\s*[+)])/ },
  {
    rule: 'unsafe-deserialisation',
    pattern: /\bnew\s+(?:ObjectInputStream|XMLDecoder)\s*\(|\benableDefaultTyping\s*\(|\bnew\s+Yaml\(\s*\)/,
  },
  { rule: 'weak-hash', pattern: /\bMessageDigest\.getInstance\(\s*["'](?:MD[245]|SHA-?1)["']/i, sees: 'texts' },
  { rule: 'weak-cipher', pattern: /\bCipher\.getInstance\(\s*["'](?:DES|RC[24]|Blowfish|[\w-]{1,20}\/ECB|AES["'])/i, sees: 'texts' },
  {
    rule: 'sql-built',
    pattern:
      /\b(?:execute(?:Query|Update)?|prepareStatement|createQuery|createNativeQuery)\(\s*["']\s*(?:select|insert|update|delete)\b[^\n]{0,300}["']\s*\+/i,
    sees: 'texts',
  },
  {
    rule: 'tls-check-off',
    pattern: /\bcheckServerTrusted\([^\n]{0,200}\)\s*(?:throws\s+\w+\s*)?\{\s*\}|\bALLOW_ALL_HOSTNAME_VERIFIER\b|\bNoopHostnameVerifier\b/,
  },
  { rule: 'eval', pattern: /\bgetEngineByName\(|\bScriptEngine\b[^\n]{0,100}\.eval\(/ },
  {
    rule: 'predictable-token',
    pattern: /(?:token|secret|passw\w{0,6}|session)\w{0,20}\s*=[^\n]{0,100}\b(?:new\s+Random\(|Math\.random\()/i,
  },
];

const rust: readonly TextRule[] = [
  { rule: 'unsafe-code', pattern: /\bunsafe\s*(?:\{|fn\b|impl\b)/ },
  { rule: 'tls-check-off', pattern: /\bdanger_accept_invalid_(?:certs|hostnames)\(\s*true/ },
  {
    rule: 'shell-command-built',
    pattern: /\bCommand::new\(\s*["'](?:\/bin\/)?(?:ba)?sh["']\s*\)[^\n]{0,100}["']-c["'][^\n]{0,100}(?:format!|&\w)/,
    sees: 'texts',
  },
  { rule: 'sql-built', pattern: /\b(?:execute|query\w{0,10})\(\s*&?format!\(\s*["']\s*(?:select|insert|update|delete)\b/i, sees: 'texts' },
  { rule: 'weak-hash', pattern: /\b(?:Md5|Sha1)::(?:new|digest)\(|\bmd5::compute\(/ },
];

const csharp: readonly TextRule[] = [
  {
    rule: 'unsafe-deserialisation',
    pattern:
      /\bnew\s+(?:BinaryFormatter|NetDataContractSerializer|LosFormatter|SoapFormatter)\s*\(|\bTypeNameHandling\s*=\s*TypeNameHandling\.(?:All|Auto|Objects)/,
  },
  {
    rule: 'tls-check-off',
    pattern: /\bServerCertificate\w*Validation\w*Callback\s*\+?=[^\n;]{0,200}=>\s*true|\bDangerousAcceptAnyServerCertificateValidator\b/,
  },
  { rule: 'weak-hash', pattern: /\b(?:MD5|SHA1)(?:CryptoServiceProvider|Managed)?\b(?:\.(?:Create|HashData)\(|\s*\()/ },
  { rule: 'weak-cipher', pattern: /\b(?:DES|TripleDES|RC2)(?:CryptoServiceProvider)?\b(?:\.Create\(|\s*\()|\bCipherMode\.ECB\b/ },
  {
    rule: 'sql-built',
    pattern: /\bnew\s+\w{0,20}Command\(\s*\$?["']\s*(?:select|insert|update|delete)\b[^\n]{0,300}(?:["']\s*\+|\{\w)/i,
    sees: 'texts',
  },
  { rule: 'shell-command-built', pattern: /\bProcess\.Start\([^\n]{0,200}(?:\$["']|["']\s*\+)/ },
  { rule: 'unsafe-code', pattern: /\bunsafe\s*\{|\[DllImport\b/ },
];

const ruby: readonly TextRule[] = [
  { rule: 'eval', pattern: /(?<![\w.])(?:eval|instance_eval|class_eval)\s*[( ]\s*(?!do\b|\{)["'\w]/ },
  { rule: 'shell-command-built', pattern: /(?<![\w.])(?:system|exec|`|%x)\s*\(?\s*["`][^\n]{0,300}#\{/, sees: 'texts' },
  { rule: 'unsafe-deserialisation', pattern: /\bMarshal\.load\b|\bYAML\.(?:unsafe_load|load)\s*\(/ },
  { rule: 'tls-check-off', pattern: /\bVERIFY_NONE\b/ },
  { rule: 'weak-hash', pattern: /\bDigest::(?:MD5|SHA1)\b/ },
];

const php: readonly TextRule[] = [
  { rule: 'eval', pattern: /(?<![\w>:])(?:eval|assert|create_function)\s*\(\s*["']?\$/ },
  {
    rule: 'shell-command-built',
    pattern: /(?<![\w>:])(?:exec|shell_exec|system|passthru|popen|proc_open)\s*\([^\n)]{0,200}\$/,
    sees: 'texts',
  },
  { rule: 'unsafe-deserialisation', pattern: /(?<![\w>:])unserialize\s*\(\s*\$/ },
  {
    rule: 'sql-built',
    pattern: /\b(?:query|exec|mysqli_query)\s*\([^\n]{0,60}["']\s*(?:select|insert|update|delete)\b[^\n]{0,300}(?:\$\w|["']\s*\.)/i,
    sees: 'texts',
  },
  { rule: 'weak-hash', pattern: /(?<![\w>:])(?:md5|sha1)\s*\(/ },
];

const tables: Readonly<Record<TextLanguage, readonly TextRule[]>> = { python, shell, go, java, rust, csharp, ruby, php };

/** A longer line is read up to here: patterns are tried at each of its places. */
const longestLine = 2000;

/** What is dangerous in a text of a language that has a table of patterns; comments never count, texts only where a rule needs them. */
export function dangersInText(source: string, language: TextLanguage): readonly Found[] {
  const rules = tables[language];
  const [bare, withTexts] = (['texts', 'comments'] as const).map((blank) => onlyCode(source, writings[language], blank).split('\n'));
  const found: Found[] = [];
  let index = 0;
  for (const [at, line] of source.split('\n').entries()) {
    const matches = rules.filter(({ pattern, sees }) =>
      pattern.test(((sees === 'texts' ? withTexts : bare)?.[at] ?? '').slice(0, longestLine)),
    );
    for (const rule of new Set(matches.map((match) => match.rule))) {
      if (rule === 'shell-option' && matches.some((match) => match.rule === 'shell-command-built')) continue;
      if (rule === 'weak-hash' && matches.some((match) => match.rule === 'weak-hash-of-secret')) continue;
      found.push({ rule, index, snippet: line.slice(0, longestLine) });
    }
    index += line.length + 1;
  }
  return found;
}
