import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readDocuments } from '../input/documents.ts';
import { playCase } from './play-case.ts';
import { readTestFiles, type TestFile } from './test-files.ts';

const FOLDER = fileURLToPath(new URL('../../../../policies', import.meta.url));
const noStdin = async (): Promise<string> => {
  throw new Error('standard input was read');
};

const files = await readTestFiles([FOLDER], noStdin);
const documents = await readDocuments([FOLDER], noStdin);
const idOf = (value: unknown): string => (value as { readonly policy_id: string }).policy_id;
const nameOf = ({ file }: TestFile): string => file.slice(FOLDER.length + 1);

describe.each(files.map((file) => [nameOf(file), file] as const))('%s', (_file, { cases, policies }) => {
  it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, planned) => {
    expect(await playCase(planned, policies, 'default')).toBeUndefined();
  });
});

describe('every document of the folder is tested: some case fails without', () => {
  it.each(documents.map(({ value }) => idOf(value)))('%s', async (id) => {
    expect(await failsWithout(id)).toBe(true);
  });
});

const failsWithout = async (id: string): Promise<boolean> => {
  for (const { cases, policies } of files) {
    const others = policies.filter(({ value }) => idOf(value) !== id);
    for (const planned of cases) if ((await playCase(planned, others, 'default')) !== undefined) return true;
  }
  return false;
};
