import { describe, expect, it } from 'vitest';
import { parseArguments } from './parse-arguments.ts';
import { VERBS } from './verbs.ts';

const DEFAULTS = { json: false, workspace: 'default', nats: undefined };

/** What a line means: the verb's first words, its arguments, its options, the global flags that are not default. */
const meaningOf = (line: readonly string[]) => {
  const parsed = parseArguments(line, VERBS);
  if (parsed.verb === undefined) return { exit: parsed.exit };
  const { verb, args, options, globals } = parsed;
  const changed = Object.fromEntries(
    Object.entries(globals).filter(([name, value]) => value !== DEFAULTS[name as keyof typeof DEFAULTS]),
  );
  return { verb: verb.usage.replace(/ [<[].*/, ''), args, options, globals: changed };
};

describe('parseArguments', () => {
  it.each([
    [['policy', 'list'], 'policy list', [], {}, {}],
    [['policy', 'list', 'guardrail.', '--json'], 'policy list', ['guardrail.'], {}, { json: true }],
    [['--json', 'policy', 'list'], 'policy list', [], {}, { json: true }],
    [['policy', '--workspace', 'w', 'list'], 'policy list', [], {}, { workspace: 'w', workspaceNamed: true }],
    [['policy', 'get', 'p', '--revision', '2'], 'policy get', ['p'], { revision: 2 }, {}],
    [
      ['policy', 'save', 'a', '-', '--expect-revision', '0', '--reason', 'why'],
      'policy save',
      ['a', '-'],
      { expectRevision: 0, reason: 'why' },
      {},
    ],
    [['policy', 'diff', 'p', '1', '2'], 'policy diff', ['p', '1', '2'], {}, {}],
    [['policy', 'enforcement', 'p', 'warn'], 'policy enforcement', ['p', 'warn'], {}, {}],
    [
      ['decide', '--as', 'a', '--action', 'tool.invoke', '--resource', 'tool:x:y', '--context', '{"cost":5}'],
      'decide',
      [],
      { as: 'a', action: 'tool.invoke', resource: 'tool:x:y', context: { cost: 5 } },
      {},
    ],
    [['decide', '-', '--local', 'policies'], 'decide', ['-'], { local: 'policies' }, {}],
    [['verdict', 'show', 'r-7', '--as', 'a'], 'verdict show', ['r-7'], { as: 'a' }, {}],
    [
      ['verdict', 'list', '--effect', 'deny', '--nats', 'nats://h:1'],
      'verdict list',
      [],
      { effect: 'deny' },
      { nats: 'nats://h:1' },
    ],
    [['watch', 'verdict.issued', 'limit.*'], 'watch', ['verdict.issued', 'limit.*'], {}, {}],
    [['workspace', 'set', 'ungoverned', 'allow'], 'workspace set', ['ungoverned', 'allow'], {}, {}],
  ])('reads %j', (line, verb, args, options, globals) => {
    expect(meaningOf(line)).toEqual({ verb, args, options, globals });
  });

  it.each([
    ['no verb at all', []],
    ['a group without its verb', ['policy']],
    ['a verb that does not exist', ['polcy']],
    ['a missing argument', ['policy', 'get']],
    ['an argument too many', ['policy', 'get', 'a', 'b']],
    ['a flag that does not exist', ['policy', 'list', '--revison', '2']],
    ['a word where a number belongs', ['policy', 'get', 'p', '--revision', 'two']],
    ['a word that is no choice', ['verdict', 'list', '--effect', 'maybe']],
    ['a context that is no object', ['decide', '--context', '[1]']],
  ])('ends with 2 for %s', (_case, line) => {
    expect(parseArguments(line, VERBS)).toMatchObject({ exit: 2 });
  });

  it('says the same for help in front and for --help behind', () => {
    expect(parseArguments(['help', 'policy', 'save'], VERBS)).toEqual(
      parseArguments(['policy', 'save', '--help'], VERBS),
    );
    expect(parseArguments(['help'], VERBS)).toEqual(parseArguments(['--help'], VERBS));
  });

  it.each([[['polcy', '--help']], [['policy', 'sav', '--help']], [['help', 'polcy']]])(
    'has no help about what does not exist: %j',
    (line) => {
      expect(parseArguments(line, VERBS)).toMatchObject({
        exit: 2,
        text: expect.stringContaining('unknown command'),
      });
    },
  );

  it('says which edict it is', () => {
    expect(parseArguments(['--version'], VERBS)).toMatchObject({
      exit: 0,
      text: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });

  it('names the verb that was probably meant', () => {
    expect(parseArguments(['policy', 'sav', 'x'], VERBS)).toMatchObject({
      text: expect.stringContaining('Did you mean save?'),
    });
  });

  it.each(VERBS.map((verb) => [verb.usage, verb] as const))('helps with an example: %s', (usage, verb) => {
    const words = usage.replace(/ [<[].*/, '').split(' ');
    const help = parseArguments([...words, '--help'], VERBS);
    expect(help).toMatchObject({ exit: 0 });
    expect(verb.examples.length).toBeGreaterThan(0);
    for (const flag of ['--json', '--workspace', '--nats', `edict ${words.join(' ')}`]) {
      expect(help).toMatchObject({ text: expect.stringContaining(flag) });
    }
  });
});
