import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HealthReport } from '@edict/contracts';
import { createMemoryJournals, createMemorySnapshots } from '@edict/journal';
import { createEngine, type Edict, type Engine } from '@edict/sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreReader } from './history/store-reader.ts';
import { runLine } from './testing/run-line.ts';

let engine: Engine;
let folder: string;
beforeEach(async () => {
  engine = await createEngine();
  folder = mkdtempSync(join(tmpdir(), 'edict-cli-'));
});
afterEach(async () => {
  await engine.close();
  rmSync(folder, { recursive: true });
});

const nothingStored: StoreReader = {
  commits: async function* () {},
  counts: async () => new Map(),
  anchors: async () => [],
  view: async () => undefined,
  viewsOf: async () => [],
  openJournal: createMemoryJournals().open,
  snapshots: createMemorySnapshots(),
};

const noFeed = (): never => {
  throw new Error('an engine in this process has no feed');
};

const NO_INTAKE: Edict['submit'] = { decide: noFeed, signal: noFeed };

interface Around {
  readonly stdin?: string;
  readonly health?: readonly HealthReport[];
}

/** Runs a line against an engine in this process; what it wrote, and how it ended. */
const run = (line: readonly string[], around: Around = {}) => {
  const edict: Edict = { ...engine, submit: NO_INTAKE, watch: noFeed, policyChanges: noFeed };
  return runLine(line, {
    folder,
    readStdin: async () => around.stdin ?? '',
    now: () => Date.parse('2026-11-21T10:00:00Z'),
    open: () => ({
      edict: async () => edict,
      store: async () => nothingStored,
      health: async () => around.health ?? [],
      onConnection: async () => () => undefined,
      waiting: () => false,
      close: async () => undefined,
    }),
  });
};

const guardrail = (blocked: readonly string[]): string => {
  const file = join(folder, 'guardrail.yaml');
  writeFileSync(
    file,
    `policy_id: guardrail.tools
kind: guardrail
schema_version: 1
description: Tools
rules: { tools: { allowed_tools: ["mail.*"], blocked_tools: ${JSON.stringify(blocked)} } }
`,
  );
  return file;
};
const ask = (tool: string): string[] => [
  'decide',
  '--as',
  'analyst',
  '--action',
  'tool.invoke',
  '--resource',
  `tool:${tool}`,
];
const documentsIn = (out: string): unknown[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

describe('exit codes', () => {
  it.each([
    ['an allowed request', ask('mail.send'), 0],
    ['a denied request', ask('mail.delete'), 1],
    ['a policy that is there', ['policy', 'get', 'guardrail.tools'], 0],
    ['a policy that is not there', ['policy', 'get', 'guardrail.tolls'], 2],
    ['an expectation that does not hold', ['policy', 'save', 'FILE', '--expect-revision', '7'], 1],
    ['a file that is not there', ['policy', 'save', 'nowhere.yaml'], 2],
    ['a word that is no enforcement', ['policy', 'enforcement', 'guardrail.tools', 'shout'], 2],
    ['a setting that does not exist', ['workspace', 'set', 'colour', 'red'], 2],
    ['a session that does not exist', ['session', 'show', 'nowhere'], 2],
    ['a verdict that does not exist', ['verdict', 'show', 'nowhere'], 2],
    ['an empty store that is whole', ['audit', 'verify'], 0],
    ['no service that answers', ['health'], 3],
    ['a verb that does not exist', ['polcy'], 2],
    ['a workspace without a name', ['policy', 'list', '--workspace', ''], 2],
    ['a workspace whose name is too long', ['session', 'list', '--workspace', 'w'.repeat(257)], 2],
    ['a session without an id', ['session', 'show', ''], 2],
    ['a type with a space', ['watch', 'a b'], 2],
    ['a type that no event has', ['watch', 'verdict.isued'], 2],
    ['a pattern that no type fits', ['watch', 'verdict'], 2],
    ['a folder of fixtures that is not there', ['conformance', 'macp', 'nowhere'], 2],
    ['a folder of fixtures that is a file', ['conformance', 'macp', 'FILE'], 2],
    ['a store folder that is not there', ['audit', 'verify', '--data', '/nonexistent'], 2],
    ['an address without a host', ['policy', 'list', '--nats', ''], 2],
    ['an address of another protocol', ['policy', 'list', '--nats', 'http://127.0.0.1:4222'], 2],
    ['an address with a path', ['policy', 'list', '--nats', 'nats://127.0.0.1:4222/x'], 2],
    ['an address with a port that is none', ['policy', 'list', '--nats', 'nats://127.0.0.1:99999'], 2],
    ['several addresses', ['policy', 'list', '--nats', 'nats://me:secret@a:1,tls://b, 127.0.0.1'], 0],
  ])('%s', async (_case, line, exit) => {
    const file = guardrail(['mail.delete']);
    await run(['policy', 'save', file]);
    expect((await run(line.map((word) => (word === 'FILE' ? file : word)))).exit).toBe(exit);
  });

  it('names the field and the value that are wrong', async () => {
    expect((await run(['policy', 'list', '--nats', 'http://me:secret@h'])).err).toMatch(
      /--nats is http:\/\/h; write nats:\/\/host:4222/,
    );
    expect((await run(['watch', 'a b'])).err).toMatch(
      /the type is "a b", which no event has\n.*policy\.saved/,
    );
  });

  it('a fixture that cannot be read is bad input, not a bug', async () => {
    symlinkSync('nowhere', join(folder, 'a.json'));
    const { exit, err } = await run(['conformance', 'macp', folder]);
    expect([exit, err]).toEqual([2, `edict: there is no ${join(folder, 'a.json')}\n`]);
  });

  it('a difference between two revisions is a no, none is a yes', async () => {
    await run(['policy', 'save', guardrail([])]);
    await run(['policy', 'save', guardrail(['mail.delete'])]);
    expect(await run(['policy', 'diff', 'guardrail.tools', '1', '2'])).toEqual({
      exit: 1,
      out: '+ /rules/tools/blocked_tools/0  "mail.delete"\n',
      err: '',
    });
    expect((await run(['policy', 'diff', 'guardrail.tools', '1', '1'])).exit).toBe(0);
  });
});

describe('--json', () => {
  it.each([
    ['save', ['policy', 'save', 'FILE']],
    ['list', ['policy', 'list']],
    ['history', ['policy', 'history', 'guardrail.tools']],
    ['get', ['policy', 'get', 'guardrail.tools']],
    ['lint', ['policy', 'lint', 'FILE']],
    ['decide', ask('mail.send')],
    ['workspace', ['workspace', 'show']],
    ['a refusal', ['policy', 'get', 'nowhere']],
    ['bad usage', ['policy', 'get']],
  ])('prints one document per line and nothing else: %s', async (_case, line) => {
    const file = guardrail([]);
    await run(['policy', 'save', file]);
    const { out } = await run([...line.map((word) => (word === 'FILE' ? file : word)), '--json']);
    const documents = documentsIn(out);
    expect(documents).toHaveLength(1);
    for (const document of documents) expect(document).toBeTypeOf('object');
  });

  it('carries the whole refusal, every problem with its pointer', async () => {
    const file = join(folder, 'bad.json');
    writeFileSync(
      file,
      JSON.stringify({ policy_id: 'p', kind: 'guardrail', schema_version: 0, rules: { tolls: {} } }),
    );
    const { out, err, exit } = await run(['policy', 'save', file, '--json']);
    const [document] = documentsIn(out) as { error: { code: string; problems: { path: string }[] } }[];
    expect(exit).toBe(2);
    expect(document?.error.code).toBe('POLICY_INVALID');
    expect(document?.error.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/schema_version', '/description', '/rules/tolls']),
    );
    expect(err).toContain('/rules/tolls');
  });
});

describe('policy enforcement', () => {
  it('says that it set something, not that a document was saved', async () => {
    await run(['policy', 'save', guardrail([])]);
    const { out } = await run(['policy', 'enforcement', 'guardrail.tools', 'warn']);
    expect(out).toMatch(/^set {2}guardrail\.tools {2}.* warn set \d+\n$/);
  });
});

describe('a verb about every workspace', () => {
  it('says that --workspace changes nothing', async () => {
    expect((await run(['audit', 'verify', '--workspace', 'x'])).err).toMatch(
      /^--workspace changes nothing here/,
    );
    expect((await run(['audit', 'verify'])).err).not.toContain('--workspace');
    expect((await run(['history', 'replay', '--help'])).out).toMatch(
      /--workspace <name> +changes nothing here/,
    );
  });
});

describe('policy save', () => {
  it('says one problem once, with its place', async () => {
    const file = join(folder, 'wish.yaml');
    writeFileSync(file, 'policy_id: p\nkind: wish\n');
    const { err } = await run(['policy', 'save', file]);
    expect(err.match(/kind is wish/g)).toHaveLength(1);
    expect(err).toMatch(/\(at \/kind\)\n$/);
  });

  it('goes on after a file that cannot be read', async () => {
    writeFileSync(join(folder, 'a-cut.json'), '{');
    guardrail([]);
    const saved = await run(['policy', 'save', folder]);
    expect([saved.exit, saved.out]).toEqual([2, expect.stringContaining('saved  guardrail.tools')]);
    const linted = await run(['policy', 'lint', folder]);
    expect(linted.exit).toBe(2);
    expect(linted.out).toMatch(/REFUSED {2}.*a-cut\.json\n.*is not JSON.*\nfits/);
  });

  it('prints id, revision, version label and hash', async () => {
    const { out } = await run(['policy', 'save', guardrail([])]);
    expect(out).toMatch(
      /^saved {2}guardrail\.tools {2}revision 1 {2}\d+_[0-9a-f]{12} {2}sha256:[0-9a-f]{64} {2}/,
    );
  });

  it('reads a document from standard input', async () => {
    const stdin = JSON.stringify({
      policy_id: 'hooks.x',
      kind: 'hooks',
      schema_version: 1,
      description: 'x',
      rules: [{ id: 'a', phase: 'before', operation: 'read', pattern: 'x/**', effect: 'deny' }],
    });
    expect(await run(['policy', 'save', '-'], { stdin })).toMatchObject({ exit: 0 });
    expect((await run(['policy', 'list', 'hooks.'])).out).toContain('hooks.x');
  });

  it('goes on after a document that is refused, and ends with its exit', async () => {
    writeFileSync(join(folder, 'a-bad.yaml'), 'policy_id: p\nkind: wish\n');
    guardrail([]);
    const { out, err, exit } = await run(['policy', 'save', folder]);
    expect(exit).toBe(2);
    expect(out).toContain('saved  guardrail.tools');
    expect(err).toContain('a-bad.yaml (p)');
  });

  it('expects a revision of one document only', async () => {
    guardrail([]);
    writeFileSync(join(folder, 'b.yaml'), 'policy_id: p\n');
    const { err, exit } = await run(['policy', 'save', folder, '--expect-revision', '1']);
    expect([exit, err]).toEqual([2, expect.stringContaining('is about one document; 2 were given')]);
  });
});

describe('text from agents', () => {
  const forged = 'x\u001b[2J\nALLOW  admin  tool.invoke  tool:mail.delete\u202e';

  it('forges no line of a verdict and no command of the terminal', async () => {
    const line = [...ask(forged), '--request-id', forged];
    const { out } = await run(line);
    expect(out.split('\n').filter((text) => text.startsWith('ALLOW'))).toEqual([]);
    expect(out.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(out).toContain('tool:x\\x1b[2J\\nALLOW');
    const [document] = documentsIn((await run([...line, '--json'])).out) as { request_id: string }[];
    expect(document?.request_id).toBe(forged);
  });

  it('forges no line of a refusal', async () => {
    const { err } = await run(['policy', 'get', forged]);
    expect(err).not.toContain('\nALLOW');
    expect(err.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
  });
});

describe('what is larger than the contract allows', () => {
  const large = (): string => {
    const file = join(folder, 'a-large.yaml');
    writeFileSync(
      file,
      `policy_id: p\nkind: hooks\nschema_version: 1\ndescription: ${'x'.repeat(1_400_000)}\nrules: []\n`,
    );
    return file;
  };

  it('is refused by lint as by save', async () => {
    const { exit, out } = await run(['policy', 'lint', large()]);
    expect([exit, out]).toEqual([1, expect.stringContaining('a document may have at most 786432')]);
  });

  it('is not sent; the other documents are', async () => {
    large();
    guardrail([]);
    const { out, err, exit } = await run(['policy', 'save', folder]);
    expect([exit, out]).toEqual([2, expect.stringContaining('saved  guardrail.tools')]);
    expect(err).toMatch(
      /a-large\.yaml \(p\): the document has \d+ bytes; a document may have at most 786432/,
    );
  });

  it.each([
    ['a request', [...ask('mail.send'), '--context', `{"x":"${'x'.repeat(3_000_000)}"}`], 'at most 65536'],
    ['a signal', ['session', 'send', '-'], 'at most 1048576'],
  ])('%s is bad input', async (_case, line, most) => {
    const payload = { reason: 'x'.repeat(1_400_000) };
    const stdin = JSON.stringify({ session_id: 's', sender: 'a', message_type: 'Vote', payload });
    const { exit, err } = await run(line, { stdin });
    expect([exit, err]).toEqual([2, expect.stringContaining(most)]);
  });
});

describe('decide', () => {
  it('says the same with --local, without a server', async () => {
    const file = guardrail(['mail.delete']);
    const { out, exit } = await run([...ask('mail.delete'), '--local', file]);
    expect(exit).toBe(1);
    expect(out).toMatch(/^DENY {2}analyst {2}tool\.invoke {2}tool:mail\.delete\n {2}deny +tool\.blocked/);
  });

  it('asks in the workspace that is named, with --local too', async () => {
    const file = guardrail([]);
    const there = readFileSync(file, 'utf8').replace('rules:', 'applies_to: { workspaces: [there] }\nrules:');
    writeFileSync(file, there);
    const here = await run([...ask('mail.send'), '--local', file]);
    expect([here.exit, here.out]).toEqual([1, expect.stringContaining('UNGOVERNED')]);
    expect((await run([...ask('mail.send'), '--local', file, '--workspace', 'there'])).exit).toBe(0);
  });

  it('refuses flags beside a whole request', async () => {
    const { err, exit } = await run(['decide', 'request.json', '--as', 'analyst']);
    expect([exit, err]).toEqual([2, expect.stringContaining('leave out --as')]);
  });
});

describe('workspace', () => {
  it('shows what was set', async () => {
    expect((await run(['workspace', 'set', 'ungoverned', 'allow'])).exit).toBe(0);
    expect((await run(['workspace', 'show'])).out).toMatch(/^workspace {5}default\nungoverned {4}allow\n/);
  });
});

describe('health', () => {
  it('ends with 1 when a process is not well', async () => {
    const report: HealthReport = {
      deployment: 'd-1',
      incarnation: 'i-1',
      services: ['enforcer'],
      ok: false,
      started_at: '2026-11-21T09:00:00.000Z',
      durability: 'on disk before each answer',
      frozen_members: 'a frozen process keeps its share of requests for 3 s at the most',
      journals: [{ journal: 'verdicts.0', status: 'broken', revision: 3, head: 'sha256:x', queued: 0 }],
      views: [],
      intake: [],
      problems: ['verdicts.0 does not fit together'],
    };
    const { out, exit } = await run(['health'], { health: [report] });
    expect(exit).toBe(1);
    expect(out).toContain('verdicts.0 does not fit together');
    expect(out).toContain('a frozen process keeps its share of requests for 3 s at the most');
  });
});
