import { readFile, writeFile } from 'node:fs/promises';
import type { Findings } from '../scenarios/scenario.ts';

/** What the numbers of a run hold for: machine, versions, and how it was measured. */
export interface Header {
  readonly at: string;
  readonly commit: string;
  readonly cpu: string;
  readonly cpus: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly natsServer: string;
  readonly size: string;
  readonly rounds: number;
  readonly warmUpMs: number;
  readonly windowMs: number;
}

export interface ScenarioResult extends Findings {
  readonly id: string;
  readonly title: string;
}

/** Everything that one run measured: every window of every row, so that a comparison can see the spread. */
export interface ResultFile {
  readonly format: 1;
  readonly header: Header;
  readonly scenarios: readonly ScenarioResult[];
}

export const writeResult = (path: string, result: ResultFile): Promise<void> =>
  writeFile(path, `${JSON.stringify(result, null, 1)}\n`);

/** Throws with the path and what is wrong when a file is none of this bench. */
export const readResult = async (path: string): Promise<ResultFile> => {
  const parsed = JSON.parse(await readFile(path, 'utf8')) as Partial<ResultFile> | null;
  if (parsed?.format !== 1 || !Array.isArray(parsed.scenarios)) {
    throw new Error(`${path} is no result of this bench: "format" must be 1, written by --json`);
  }
  return parsed as ResultFile;
};
