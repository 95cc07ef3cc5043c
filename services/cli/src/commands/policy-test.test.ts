import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runLine } from '../testing/run-line.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'edict-test-'));
  write('guardrail.yaml', guardrail('mail.*'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const guardrail = (allowed: string): string => `
policy_id: guardrail.tools
kind: guardrail
schema_version: 1
description: Tools
rules: { tools: { allowed_tools: ["${allowed}"] } }
`;

const suite = (effect: string, more = ''): string => `${more}
cases:
  - name: mail is sent
    request:
      subject: { type: agent, id: analyst }
      action: { name: tool.invoke }
      resource: { type: tool, id: mail.send }
    expect: { effect: ${effect}, reasons: [{ policy_id: guardrail.tools }] }
`;

const run = (...line: readonly string[]) => runLine(line, { folder });

describe('edict test', () => {
  it('passes on the policies of this repository', async () => {
    const policies = fileURLToPath(new URL('../../../../policies', import.meta.url));
    expect(await run('test', policies)).toEqual({
      exit: 0,
      out: expect.stringMatching(/^[1-9]\d+ passed, 0 failed\n$/),
      err: '',
    });
  });

  it('says what was wanted, what came and why, and ends with 1', async () => {
    const file = write('tools.test.yaml', suite('deny'));
    expect(await run('test', folder)).toEqual({
      exit: 1,
      out: [
        `FAILED  ${file}  mail is sent`,
        '  step 1  effect: wanted "deny", came "allow"',
        '    ALLOW  analyst  tool.invoke  tool:mail.send',
        '      allow  tool.allowed  guardrail.tools r1  tools.allowed_tools  The tool mail.send is allowed: tools.allowed_tools has mail.*.',
        '0 passed, 1 failed\n',
      ].join('\n'),
      err: '',
    });
  });

  it('prints a document per case with --json, and the sum last', async () => {
    write('a.test.yaml', suite('deny'));
    write('b/b.test.yml', suite('allow'));
    const { out } = await run('test', folder, '--json');
    const documents = out.trimEnd().split('\n');
    expect(documents.map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({
        name: 'mail is sent',
        passed: false,
        step: 1,
        differences: [{ field: 'effect', wanted: 'deny', came: 'allow' }],
        answer: expect.objectContaining({ decision: true }),
      }),
      { file: join(folder, 'b/b.test.yml'), name: 'mail is sent', passed: true },
      { passed: 1, failed: 1 },
    ]);
  });

  it('takes the policies that a file names, by paths beside it, instead of those of the folder', async () => {
    write('others/guardrail.yaml', guardrail('ledger.*'));
    const file = write('tests/tools.test.yaml', suite('deny', 'policies: [../others]'));
    expect((await run('test', join(folder, 'tests'))).exit).toBe(0);
    expect((await run('test', file)).exit).toBe(0);
  });

  it('plays in the workspace that is named', async () => {
    const limited = `${guardrail('mail.*')}applies_to: { workspaces: [lab] }\n`;
    write('guardrail.yaml', limited);
    write('tools.test.yaml', suite('allow'));
    expect((await run('test', folder, '--workspace', 'lab')).exit).toBe(0);
    expect((await run('test', folder)).exit).toBe(1);
  });

  it.each([
    ['a folder without tests', 'README.md', '# none', /no \*\.test\.yaml or \*\.test\.yml file in /],
    [
      'a file that is no test',
      'x.test.yaml',
      'cases: 5',
      /x\.test\.yaml is no policy test\n {2}\/cases {2}.*must be a list/,
    ],
    ['a broken line', 'x.test.yaml', 'cases: [\n', /x\.test\.yaml is not YAML: line 2/],
    [
      'a path without policies',
      'x.test.yaml',
      suite('deny', 'policies: [nowhere]'),
      /there is no file .*nowhere/,
    ],
    [
      'an enforcement of no policy',
      'x.test.yaml',
      suite('deny', 'defaults: { given: { enforcement: { nobody: audit } } }'),
      /x\.test\.yaml: mail is sent: given\.enforcement: no policy nobody/,
    ],
  ])('ends with 2 and says where: %s', async (_case, name, text, message) => {
    write(name, text);
    expect(await run('test', folder)).toMatchObject({
      exit: 2,
      out: '',
      err: expect.stringMatching(message),
    });
  });

  it('ends with 2 when a policy cannot be saved, and names it', async () => {
    write('tools.test.yaml', suite('deny'));
    write('bad.yaml', 'policy_id: p\nkind: wish\n');
    expect(await run('test', folder)).toMatchObject({ exit: 2, err: expect.stringContaining('bad.yaml') });
  });
});

describe('verbs that read policies', () => {
  it.each([
    ['policy lint', ['policy', 'lint', 'FOLDER']],
    [
      'decide',
      [
        'decide',
        '--as',
        'analyst',
        '--action',
        'tool.invoke',
        '--resource',
        'tool:mail.send',
        '--local',
        'FOLDER',
      ],
    ],
  ])('pass over the tests of a folder: %s', async (_verb, line) => {
    write('tools.test.yaml', suite('allow'));
    expect(await run(...line.map((word) => (word === 'FOLDER' ? folder : word)))).toMatchObject({ exit: 0 });
  });
});
