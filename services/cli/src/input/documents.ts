import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BOUNDS, decodeUtf8, type Parsed, parseJsonText } from '@edict/contracts';
import { isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { badInput, Stop } from '../stop.ts';
import { assertJson } from './json-text.ts';
import { readable } from './readable.ts';

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

/** A file that cannot be read as documents, and why. */
export interface UnreadableSource {
  readonly source: string;
  readonly unreadable: Stop;
}

export type Source = SourceDocument | UnreadableSource;

/**
 * Reads files, folders and `-` (stdin): folders whole, sorted by path, the `.json`, `.yaml` and `.yml` files only, without
 * policy tests.
 * What cannot be read stands in its place: a Stop (exit 2) that names the file, and the line when the text is at fault.
 */
export const readSources = async (
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly Source[]> => {
  const sources: Source[] = [];
  for (const path of paths) {
    if (path === '-') sources.push(...parseSource(path, await readStdin()));
    else {
      for (const file of filesUnder(path)) {
        sources.push(...(typeof file === 'string' ? readSource(file) : [file]));
      }
    }
  }
  return sources;
};

/** {@link readSources} where every one is needed: throws the Stop of the first that cannot be read. */
export const readDocuments = async (
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly SourceDocument[]> =>
  (await readSources(paths, readStdin)).map((source) => {
    if ('unreadable' in source) throw source.unreadable;
    return source;
  });

/** Reads exactly one document, from a file or stdin. */
export const readDocument = async (path: string, readStdin: () => Promise<string>): Promise<unknown> => {
  if (path !== '-' && isFolder(path)) throw badInput(`${path} is a folder; name one file`);
  const documents = await readDocuments([path], readStdin);
  const [first] = documents;
  if (first === undefined || documents.length > 1) {
    throw badInput(`${path} holds ${documents.length} documents; exactly one is expected`);
  }
  return first.value;
};

/** Bytes as text; bad input when they are not UTF-8. A byte order mark says nothing and is left out. */
export const textFrom = (source: string, bytes: Uint8Array): string => {
  const text = decodeUtf8(bytes);
  if (text === undefined) throw badInput(`${named(source)} is not UTF-8`);
  return text;
};

const filesUnder = (path: string): readonly (string | UnreadableSource)[] => {
  const files = attempt(path, () => {
    if (!isFolder(path)) return [path];
    return readable(path, () => readdirSync(path, { withFileTypes: true }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const inner = join(path, entry.name);
        if (entry.isDirectory()) return isIgnored(entry.name) ? [] : filesUnder(inner);
        return EXTENSIONS.test(entry.name) && !isTestFile(entry.name) ? [inner] : [];
      });
  });
  return 'unreadable' in files ? [files] : files;
};

const readSource = (file: string): readonly Source[] => {
  const read = attempt(file, () =>
    parseDocuments(
      file,
      textFrom(
        file,
        readable(file, () => readFileSync(file)),
      ),
    ),
  );
  return 'unreadable' in read ? [read] : read;
};

const parseSource = (source: string, text: string): readonly Source[] => {
  const parsed = attempt(source, () => parseDocuments(source, text));
  return 'unreadable' in parsed ? [parsed] : parsed;
};

/** What is wrong with one source hides none of the others. */
const attempt = <T extends object>(source: string, read: () => T): T | UnreadableSource => {
  try {
    return read();
  } catch (error) {
    if (error instanceof Stop) return { source, unreadable: error };
    throw error;
  }
};

/** Whether a file of a folder holds policy tests rather than policies. */
export const isTestFile = (name: string): boolean => TEST_FILE.test(name);

/** Whether a folder in a folder is passed over. */
export const isIgnored = (name: string): boolean => name.startsWith('.') || IGNORED_FOLDERS.has(name);

const isFolder = (path: string): boolean => {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw badInput(`there is no file ${path}`, ['name a file, a folder, or - for standard input']);
  }
};

/** The documents of a text: one of JSON, or each of a YAML stream. */
export const parseDocuments = (source: string, text: string): readonly SourceDocument[] => {
  if (text.trim() === '') throw badInput(`${named(source)} is empty`);
  // A flow mapping of YAML looks like JSON too; JSON files have no such way out.
  const isJson = /\.json$/i.test(source) || (/^\s*[[{]/.test(text) && isJsonText(text));
  if (!isJson) return parseYaml(source, text);
  assertJson(named(source), text);
  return [{ source, value: accepted(source, parseJsonText(text)) }];
};

const isJsonText = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const parseYaml = (source: string, text: string): readonly SourceDocument[] => {
  const lineCounter = new LineCounter();
  const stream = notTooDeep(source, () =>
    parseAllDocuments(text, { lineCounter, uniqueKeys: true, prettyErrors: false }),
  );
  // What stands between or after separators and is nothing is no document.
  const documents = [...stream].filter(({ contents, errors }) => !isNothing(contents) || errors.length > 0);
  if (documents.length === 0) throw badInput(`${named(source)} is empty`);
  return documents.map((document, i) => {
    const [problem] = document.errors;
    if (problem?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(source);
    if (problem !== undefined) {
      const { line, col } = lineCounter.linePos(problem.pos[0]);
      throw badInput(`${named(source)} is not YAML: line ${line}, column ${col}: ${problem.message}`);
    }
    const name = documents.length > 1 ? `${source}#${i + 1}` : source;
    // One set of rules for both forms: what JSON cannot say (dates, NaN, anchors that grow) is refused here.
    const asJson = notTooDeep(name, () => JSON.stringify(document.toJS({ maxAliasCount: 100 })) ?? 'null');
    return { source: name, value: accepted(name, parseJsonText(asJson)) };
  });
};

/** The parser of YAML calls itself for each level, and the stack ends long after what is allowed does. */
const notTooDeep = <T>(source: string, read: () => T): T => {
  try {
    return read();
  } catch (error) {
    if (error instanceof RangeError) throw tooDeep(source);
    throw badInput(`${named(source)} cannot be read: ${(error as Error).message}`);
  }
};

const tooDeep = (source: string): Stop =>
  badInput(`${named(source)}: nested deeper than ${BOUNDS.depth} levels`);

const isNothing = (contents: unknown): boolean => isScalar(contents) && contents.source === '';

const accepted = (source: string, parsed: Parsed<unknown>): unknown => {
  if (parsed.ok) return parsed.value;
  const { message, path, code } = parsed.rejection;
  throw new Stop(2, `${named(source)}: ${message}`, { code, ...(path !== undefined && { path }) });
};

const named = (source: string): string => (source === '-' ? 'standard input' : source);
