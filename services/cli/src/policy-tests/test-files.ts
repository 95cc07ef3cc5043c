import { readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isIgnored, isTestFile, readDocuments, type SourceDocument } from '../input/documents.ts';
import { readable } from '../input/readable.ts';
import { badInput, Stop } from '../stop.ts';
import { type PlannedCase, readSuite } from './read-suite.ts';

/** A file of tests with the policies that they are about. */
export interface TestFile {
  readonly file: string;
  readonly policies: readonly SourceDocument[];
  readonly cases: readonly PlannedCase[];
}

/**
 * Reads every test file of some folders, or one that is named itself, each with its policies: those that it names, else
 * all of the folder. Throws a Stop (exit 2) that names the file and every field that is wrong.
 */
export const readTestFiles = async (
  paths: readonly string[],
  readStdin: () => Promise<string>,
): Promise<readonly TestFile[]> => {
  const found = paths.flatMap((path) => testFilesUnder(path));
  if (found.length === 0) throw badInput(`no *.test.yaml or *.test.yml file in ${paths.join(', ')}`);
  const files: TestFile[] = [];
  for (const { file, folder } of found) {
    for (const { source, value } of await readDocuments([file], readStdin)) {
      const read = readSuite(value);
      if (!read.ok) throw badSuite(source, read.problems);
      const { policies, cases } = read.suite;
      const about = policies?.map((path) => join(dirname(file), path)) ?? [folder];
      files.push({ file: source, policies: await readDocuments(about, readStdin), cases });
    }
  }
  return files;
};

interface Found {
  readonly file: string;
  /** Whose documents the file is about unless it names some. */
  readonly folder: string;
}

const testFilesUnder = (path: string): readonly Found[] => {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw badInput(`there is no folder ${path}`);
  if (!stats.isDirectory()) return [{ file: path, folder: dirname(path) }];
  return namesUnder(path).map((file) => ({ file, folder: path }));
};

const namesUnder = (folder: string): readonly string[] =>
  readable(folder, () => readdirSync(folder, { withFileTypes: true }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const inner = join(folder, entry.name);
      if (entry.isDirectory()) return isIgnored(entry.name) ? [] : namesUnder(inner);
      return isTestFile(entry.name) ? [inner] : [];
    });

const badSuite = (source: string, problems: Stop['details']['problems']): Stop =>
  new Stop(2, `${source} is no policy test`, { code: 'BAD_REQUEST', ...(problems && { problems }) });
