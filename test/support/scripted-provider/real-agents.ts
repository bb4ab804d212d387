import { join } from 'node:path';
import { fields, string } from './protocols/decode.ts';
import type { Script, ScriptedCall, ScriptedRequest, Turn } from './script.ts';

export interface WrittenFile {
  /** Relative to the folder that the agent works in. */
  readonly path: string;
  readonly content: string;
  /** Where the agent works; found in what it says of itself when left out. */
  readonly folder?: string;
}

/**
 * The script that has whichever agent it is write one file and say `done`. Programs ask for more than that on their own, such as a title for
 * the conversation: what offers no tools is given a few words.
 */
export function writesFile(file: WrittenFile, done = `Done: wrote ${file.path}`): Script {
  return (request) => (request.toolResults.length === 0 ? writeFileTurn(request, file) : { say: done });
}

/** Writes with the tool for that which the agent offers, else with its shell. Without any tool: the words that a side question wants. */
export function writeFileTurn(request: ScriptedRequest, file: WrittenFile): Turn {
  if (request.tools.length === 0) return { say: sideAnswer(request) };
  const call = writingCall(request, file);
  return call === undefined ? { fail: 400, message: `No tool to write with among ${request.tools.join(', ')}.` } : { call };
}

/** By the names of the programs' tools, those made for writing first. Measured, November 2026. */
const writingTools = ['Write', 'write_file', 'write', 'mcp__acp__Write', 'writeFile', 'create_file'];
const shellTools = ['exec_command', 'shell_command', 'shell', 'Bash', 'run_shell_command', 'bash', 'run'];

function writingCall(request: ScriptedRequest, file: WrittenFile): ScriptedCall | undefined {
  const writing = writingTools.find((tool) => request.tools.includes(tool));
  if (writing !== undefined) return { tool: writing, input: writingInput(request, writing, file) };
  const shell = shellTools.find((tool) => request.tools.includes(tool));
  return shell === undefined ? undefined : { tool: shell, input: shellInput(request, shell, file) };
}

function writingInput(request: ScriptedRequest, tool: string, { path, content, folder = folderOf(request) }: WrittenFile) {
  const offered = properties(request, tool);
  const name = ['file_path', 'filePath', 'absolute_path', 'path'].find((field) => field in offered) ?? 'path';
  // Paths of our own tools are relative to the tree; programs want to know exactly.
  return { [name]: name === 'path' || folder === undefined ? path : join(folder, path), content };
}

function shellInput(request: ScriptedRequest, tool: string, { path, content }: WrittenFile) {
  const command = `printf %s ${quoted(content)} > ${quoted(path)}`;
  const offered = properties(request, tool);
  if ('cmd' in offered) return { cmd: command };
  return { command: fields(offered['command'])['type'] === 'array' ? ['bash', '-lc', command] : command };
}

function properties(request: ScriptedRequest, tool: string): Readonly<Record<string, unknown>> {
  return fields(fields(request.toolSchemas[tool])['properties']);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** What the programs say of where they work, each in its own way. */
function folderOf({ text }: ScriptedRequest): string | undefined {
  return (
    /<cwd>([^<]+)</.exec(text)?.[1] ??
    /(?:working directory|workspace director(?:y|ies))[^/\n]*(?:\n\s*-?\s*)?(\/[^\s"\\<,`']+)/i.exec(text)?.[1]
  );
}

/** A title, or, where a schema is asked for, something that fits the ones known of the programs. */
function sideAnswer({ body }: ScriptedRequest): string {
  const { generationConfig, output_config: outputConfig } = fields(body);
  const schema =
    fields(generationConfig)['responseJsonSchema'] ?? fields(generationConfig)['responseSchema'] ?? fields(outputConfig)['format'];
  if (schema === undefined) return 'Write a file';
  const wanted = fields(fields(fields(schema)['schema'] ?? schema)['properties']);
  return JSON.stringify(Object.fromEntries(Object.entries(wanted).map(([name, property]) => [name, sampleOf(property)])));
}

function sampleOf(property: unknown): unknown {
  const { type, enum: allowed } = fields(property);
  if (Array.isArray(allowed)) return allowed[0];
  switch (string(type).toLowerCase()) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return false;
    case 'array':
      return [];
    case 'object':
      return {};
    default:
      return 'Write a file';
  }
}
