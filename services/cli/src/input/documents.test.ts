import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDocuments, readDocument, readDocuments } from './documents.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edict-documents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const noStdin = async (): Promise<string> => {
  throw new Error('standard input was read');
};

describe('readDocuments', () => {
  it('reads a folder whole, sorted by path, and only what can be a document', async () => {
    write('b.yaml', 'id: b');
    write('a/z.json', '{"id": "z"}');
    write('README.md', '# no');
    write('a/cases/case.yaml', 'id: case');
    write('.hidden/c.yaml', 'id: hidden');
    write('a/z.test.yaml', 'cases: []');
    write('b.test.yml', 'cases: []');
    const documents = await readDocuments([folder], noStdin);
    expect(documents.map(({ value }) => value)).toEqual([{ id: 'z' }, { id: 'b' }]);
    expect(documents[0]?.source).toBe(join(folder, 'a/z.json'));
  });

  it('reads JSON and YAML from standard input alike', async () => {
    for (const text of ['{"id": "x"}', 'id: x\n']) {
      expect(await readDocuments(['-'], async () => text)).toEqual([{ source: '-', value: { id: 'x' } }]);
    }
  });

  it('takes each document of a YAML stream', () => {
    expect(parseDocuments('all.yaml', 'id: a\n---\nid: b\n')).toEqual([
      { source: 'all.yaml#1', value: { id: 'a' } },
      { source: 'all.yaml#2', value: { id: 'b' } },
    ]);
  });

  it.each([
    ['a file that is not there', 'nowhere.json', undefined, /there is no file .*nowhere\.json/],
    ['an empty file', 'empty.yaml', ' \n', /empty\.yaml is empty/],
    [
      'JSON that breaks off',
      'cut.json',
      '{\n  "id": "x",\n',
      /cut\.json is not JSON: it ends too early \(line 3, column 1\)/,
    ],
    [
      'JSON with a stray word',
      'stray.json',
      '{\n  "id": x\n}',
      /stray\.json is not JSON: line 2, column 9: unexpected "x"/,
    ],
    [
      'YAML with a broken line',
      'bad.yaml',
      'id: a\n  rules: [1\n',
      /bad\.yaml is not YAML: line \d+, column \d+/,
    ],
    ['the same key twice', 'twice.yaml', 'id: a\nid: b\n', /twice\.yaml is not YAML: line 2/],
    ['a key that names a prototype', 'proto.json', '{"__proto__": {}}', /__proto__ is not allowed/],
  ])('names the file, and the line where there is one: %s', async (_case, name, text, message) => {
    const file = text === undefined ? join(folder, name) : write(name, text);
    await expect(readDocuments([file], noStdin)).rejects.toThrow(message);
    await expect(readDocuments([file], noStdin)).rejects.toMatchObject({ exit: 2 });
  });

  it('refuses YAML that grows beyond reason', () => {
    const bomb = `a: &a [${'x,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: [${'*b,'.repeat(20)}]\n`;
    expect(() => parseDocuments('bomb.yaml', bomb)).toThrow(/bomb\.yaml cannot be read/);
  });

  it('wants exactly one document where one is expected', async () => {
    const file = write('two.yaml', 'a: 1\n---\nb: 2\n');
    await expect(readDocument(file, noStdin)).rejects.toThrow(/holds 2 documents/);
    await expect(readDocument(folder, noStdin)).rejects.toThrow(/is a folder/);
  });
});
