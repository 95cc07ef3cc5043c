import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseDocuments, readDocument, readDocuments, readSources } from './documents.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edict-documents-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string | Uint8Array): string => {
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

  it.each([
    [
      'the same key twice in JSON',
      'twice.json',
      '{"a": {"x": 1},\n "b": 2, "a": 3}',
      /twice\.json: line 2, column 10: the key "a" is given twice/,
    ],
    [
      'bytes that are no UTF-8',
      'latin1.yaml',
      Buffer.from('id: caf\u00e9', 'latin1'),
      /latin1\.yaml is not UTF-8/,
    ],
    [
      'JSON that is too deep',
      'deep.json',
      '['.repeat(9_000) + ']'.repeat(9_000),
      /deep\.json: nested deeper than 32 levels/,
    ],
    [
      'YAML that is too deep',
      'deep.yaml',
      `a: ${'['.repeat(9_000)}${']'.repeat(9_000)}`,
      /deep\.yaml: nested deeper than 32 levels/,
    ],
  ])('refuses what would be read as something else: %s', async (_case, name, text, message) => {
    await expect(readDocuments([write(name, text)], noStdin)).rejects.toThrow(message);
  });

  it('has no quarrel with equal keys of different objects, nor with keys that are values', () => {
    const text = '{"a": {"a": ["a", "a", {"a": "a:"}]}, "b": {"a": 1}}';
    expect(parseDocuments('-', text)).toEqual([{ source: '-', value: JSON.parse(text) }]);
  });

  it('takes a byte order mark for nothing, and a separator at the end for no document', async () => {
    const file = write('bom.yaml', '\ufeffid: a\n---\n');
    expect(await readDocuments([file], noStdin)).toEqual([{ source: file, value: { id: 'a' } }]);
  });

  it('keeps what cannot be read in its place, and reads on', async () => {
    write('a.json', '{');
    symlinkSync('nowhere', join(folder, 'b.yaml'));
    write('c.yaml', 'id: c');
    expect(await readSources([folder, join(folder, 'none')], noStdin)).toMatchObject([
      { source: join(folder, 'a.json'), unreadable: { exit: 2 } },
      { source: join(folder, 'b.yaml'), unreadable: { exit: 2 } },
      { value: { id: 'c' } },
      { source: join(folder, 'none'), unreadable: { exit: 2 } },
    ]);
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
