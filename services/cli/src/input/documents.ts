import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Parsed, parseJsonText } from '@edict/contracts';
import { LineCounter, parseAllDocuments } from 'yaml';
import { badInput, Stop } from '../stop.ts';

/** A value with the place it came from. */
export interface SourceDocument {
  /** `policies/limits.yaml`, `policies/all.yaml#2`, or `-`. */
  readonly source: string;
  readonly value: unknown;
}

const EXTENSIONS = /\.(json|ya?ml)$/i;
/** What a folder holds besides policies: sessions' fixtures and test cases stay outside. */
const IGNORED_FOLDERS = new Set(['node_modules', 'cases']);
const TEST_FILE = /\.test\.ya?ml$/i;

/**
 * Reads files, folders and `-` (stdin): folders whole, sorted by path, the `.json`, `.yaml` and `.yml` files only, without
 * policy tests.
 * Throws a Stop (exit 2) that names the file, and the line when the text is at fault.
 */
export const readDocuments = async (
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly SourceDocument[]> => {
  const documents: SourceDocument[] = [];
  for (const path of paths) {
    if (path === '-') {
      for (const document of parseDocuments('-', await readStdin())) documents.push(document);
      continue;
    }
    for (const file of filesUnder(path)) {
      for (const document of parseDocuments(file, readText(file))) documents.push(document);
    }
  }
  return documents;
};

/** Reads exactly one document, from a file or stdin. */
export const readDocument = async (path: string, readStdin: () => Promise<string>): Promise<unknown> => {
  if (path !== '-' && statOf(path).isDirectory()) throw badInput(`${path} is a folder; name one file`);
  const documents = await readDocuments([path], readStdin);
  const [first] = documents;
  if (first === undefined || documents.length > 1) {
    throw badInput(`${path} holds ${documents.length} documents; exactly one is expected`);
  }
  return first.value;
};

const filesUnder = (path: string): readonly string[] => {
  if (!statOf(path).isDirectory()) return [path];
  const files = readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return isIgnored(entry.name) ? [] : filesUnder(inner);
      return EXTENSIONS.test(entry.name) && !isTestFile(entry.name) ? [inner] : [];
    });
  return files;
};

/** Whether a file of a folder holds policy tests rather than policies. */
export const isTestFile = (name: string): boolean => TEST_FILE.test(name);

/** Whether a folder in a folder is passed over. */
export const isIgnored = (name: string): boolean => name.startsWith('.') || IGNORED_FOLDERS.has(name);

const statOf = (path: string) => {
  try {
    return statSync(path);
  } catch {
    throw badInput(`there is no file ${path}`, ['name a file, a folder, or - for standard input']);
  }
};

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw badInput(`${file} cannot be read: ${(error as Error).message}`);
  }
};

/** The documents of a text: one of JSON, or each of a YAML stream. */
export const parseDocuments = (source: string, text: string): readonly SourceDocument[] => {
  if (text.trim() === '') throw badInput(`${named(source)} is empty`);
  const looksLikeJson = /\.json$/i.test(source) || /^\s*[[{]/.test(text);
  return looksLikeJson ? [{ source, value: parseJsonSource(source, text) }] : parseYaml(source, text);
};

const parseJsonSource = (source: string, text: string): unknown => {
  try {
    JSON.parse(text);
  } catch {
    // A flow mapping of YAML looks like JSON too; JSON files have no such way out.
    if (!/\.json$/i.test(source)) return parseYaml(source, text)[0]?.value;
    throw badInput(`${named(source)} is not JSON: ${whereItBreaks(text)}`);
  }
  return accepted(source, parseJsonText(text));
};

const parseYaml = (source: string, text: string): readonly SourceDocument[] => {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, uniqueKeys: true, prettyErrors: false });
  if (!Array.isArray(documents)) throw badInput(`${named(source)} is empty`);
  return documents.map((document, i) => {
    const [problem] = document.errors;
    if (problem !== undefined) {
      const { line, col } = lineCounter.linePos(problem.pos[0]);
      throw badInput(`${named(source)} is not YAML: line ${line}, column ${col}: ${problem.message}`);
    }
    const name = documents.length > 1 ? `${source}#${i + 1}` : source;
    // One set of rules for both forms: what JSON cannot say (dates, NaN, anchors that grow) is refused here.
    return {
      source: name,
      value: accepted(name, parseJsonText(asJson(name, () => document.toJS({ maxAliasCount: 100 })))),
    };
  });
};

const asJson = (source: string, convert: () => unknown): string => {
  try {
    return JSON.stringify(convert()) ?? 'null';
  } catch (error) {
    throw badInput(`${named(source)} cannot be read: ${(error as Error).message}`);
  }
};

const accepted = (source: string, parsed: Parsed<unknown>): unknown => {
  if (parsed.ok) return parsed.value;
  const { message, path, code } = parsed.rejection;
  throw new Stop(2, `${named(source)}: ${message}`, { code, ...(path !== undefined && { path }) });
};

const named = (source: string): string => (source === '-' ? 'standard input' : source);

/** JSON.parse knows a position at times and a token at others; a person wants the line. */
const whereItBreaks = (text: string): string => {
  const at = firstBreak(text);
  const before = text.slice(0, at).split('\n');
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return at >= text.length
    ? `it ends too early (${place})`
    : `${place}: unexpected ${JSON.stringify(text.charAt(at))}`;
};

/** Where no continuation can make the text JSON any more: the end of the longest prefix that could still become it. */
const firstBreak = (text: string): number => {
  let [sound, broken] = [0, text.length + 1];
  while (broken - sound > 1) {
    const middle = (sound + broken) >>> 1;
    if (breaksInside(text.slice(0, middle))) broken = middle;
    else sound = middle;
  }
  return sound;
};

const breaksInside = (prefix: string): boolean => {
  try {
    JSON.parse(prefix);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const position = /position (\d+)/.exec(message)?.[1];
    return position === undefined
      ? !message.includes('end of JSON')
      : Number(position) < prefix.trimEnd().length && !message.startsWith('Unterminated');
  }
};
