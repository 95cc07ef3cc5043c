import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { parseIdentifier } from './input/identifiers.ts';
import { checkedNatsUrl } from './input/nats-url.ts';
import { Stop } from './stop.ts';
import type { GlobalOptions, Verb, VerbOption } from './verb.ts';

/** What the arguments ask for: a verb with its values, or a text to print and how to end. */
export type Invocation =
  | {
      readonly verb: Verb;
      readonly args: readonly string[];
      readonly options: Readonly<Record<string, unknown>>;
      readonly globals: GlobalOptions;
    }
  | { readonly verb?: undefined; readonly exit: 0 | 2; readonly text: string; readonly json: boolean };

const GLOBALS: readonly VerbOption[] = [
  { flags: '--json', help: 'one JSON document per line on stdout, nothing else there' },
  {
    flags: '--workspace <name>',
    help: 'the workspace (default: default)',
    parse: parseIdentifier('the workspace'),
  },
  {
    flags: '--nats <url>',
    help: 'the NATS to use (default: EDICT_NATS_URL, else the running `edict up`)',
    parse: (word) => checkedNatsUrl('--nats', word),
  },
];
/** Those of a verb that is about all workspaces at once. */
const GLOBALS_OF_ALL = GLOBALS.map((option) =>
  option.flags.startsWith('--workspace')
    ? { ...option, help: 'changes nothing here: it is about all of them' }
    : option,
);
const GLOBAL_NAMES = ['json', 'workspace', 'nats'];

const GROUPS: Readonly<Record<string, string>> = {
  policy: 'save, read and change policies',
  session: 'sessions of signals in which agents decide',
  verdict: 'the audit: every verdict with every reason',
  history: 'state rebuilt from the journals',
  audit: 'checks that nothing recorded was changed',
  conformance: 'runs published test suites',
  workspace: 'settings of a workspace',
};

/** Turns arguments into a value and does nothing else: no output, no exit. */
export const parseArguments = (argv: readonly string[], verbs: readonly Verb[]): Invocation => {
  let text = '';
  const found: { invocation?: Invocation } = {};
  const program = createProgram(verbs, (invocation) => {
    found.invocation = invocation;
  });
  forEachCommand(program, (command) => {
    command.exitOverride().configureOutput({
      writeOut: (words) => {
        text += words;
      },
      writeErr: (words) => {
        text += words;
      },
      getOutHelpWidth: () => 110,
      getErrHelpWidth: () => 110,
    });
  });
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  try {
    assertVerb(program, words);
    program.parse(words, { from: 'user' });
  } catch (error) {
    const json = argv.includes('--json');
    if (error instanceof Stop) return { exit: 2, text: `error: ${error.message}\n`, json };
    if (!(error instanceof CommanderError)) throw error;
    const asked = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    return { exit: asked ? 0 : 2, text, json };
  }
  return found.invocation ?? { exit: 2, text: program.helpInformation(), json: argv.includes('--json') };
};

/** Commander helps with whatever stands before a word that is no verb, and calls that success. */
const assertVerb = (program: Command, words: readonly string[]): void => {
  if (!words.some((word) => word === '--help' || word === '-h')) return;
  let command = program;
  for (const word of verbWords(words)) {
    if (command.commands.length === 0) return;
    const named = command.commands.find((one) => one.name() === word);
    if (named === undefined)
      command.error(`error: unknown command '${word}'`, { code: 'commander.unknownCommand' });
    else command = named;
  }
};

/** The words that are neither a flag nor the value of one that stands before any verb. */
const verbWords = (words: readonly string[]): readonly string[] =>
  words.filter((word, i) => !word.startsWith('-') && !['--workspace', '--nats'].includes(words[i - 1] ?? ''));

const createProgram = (verbs: readonly Verb[], onFound: (invocation: Invocation) => void): Command => {
  const program = new Command('edict');
  program
    .description('May this agent do this, now? Have these agents decided? Every answer can be proved later.')
    .version(manifest.version, '-V, --version', 'which edict this is')
    .helpOption('-h, --help', 'this text')
    .helpCommand('help [words...]', 'the same as --help behind them')
    .showHelpAfterError('Run the same command with --help to see what it takes.')
    .addHelpText(
      'after',
      '\nExit codes: 0 done or allowed, 1 denied or different, 2 bad usage, 3 unavailable.',
    );
  addOptions(program, GLOBALS);
  for (const verb of verbs) addVerb(program, verb, onFound);
  for (const group of program.commands.filter((command) => Object.hasOwn(GROUPS, command.name()))) {
    group.addHelpText('after', () => examplesOf(verbs, group.name()));
  }
  return program;
};

/** One example for each verb of a group. */
const examplesOf = (verbs: readonly Verb[], group: string): string => {
  const lines = verbs
    .filter(({ usage }) => usage.startsWith(`${group} `))
    .map(({ examples }) => `  ${examples[0]}\n`);
  return `\nExamples:\n${lines.join('')}`;
};

const addVerb = (program: Command, verb: Verb, onFound: (invocation: Invocation) => void): void => {
  const words = verb.usage.split(' ');
  const first = words[0] ?? '';
  const grouped = Object.hasOwn(GROUPS, first);
  const parent = grouped ? groupOf(program, first) : program;
  const command = parent.command(words.slice(grouped ? 1 : 0).join(' ')).description(verb.summary);
  addOptions(command, verb.options);
  addOptions(command, verb.everyWorkspace ? GLOBALS_OF_ALL : GLOBALS);
  command.addHelpText('after', `\nExamples:\n${verb.examples.map((line) => `  ${line}\n`).join('')}`);
  command.action(() => {
    const all: Record<string, unknown> = command.optsWithGlobals();
    onFound({
      verb,
      args: command.args,
      options: Object.fromEntries(Object.entries(all).filter(([name]) => !GLOBAL_NAMES.includes(name))),
      globals: {
        json: all['json'] === true,
        workspace: typeof all['workspace'] === 'string' ? all['workspace'] : 'default',
        ...(all['workspace'] !== undefined && { workspaceNamed: true }),
        nats: typeof all['nats'] === 'string' ? all['nats'] : undefined,
      },
    });
  });
};

const groupOf = (program: Command, name: string): Command =>
  program.commands.find((command) => command.name() === name) ??
  addOptions(program.command(name).description(GROUPS[name] ?? ''), GLOBALS);

const addOptions = (command: Command, options: readonly VerbOption[]): Command => {
  for (const { flags, help, choices, parse } of options) {
    const option = new Option(flags, help);
    if (choices !== undefined) option.choices([...choices]);
    if (parse !== undefined) option.argParser((word: string) => explained(() => parse(word)));
    command.addOption(option);
  }
  return command;
};

/** Commander names the flag and the word in front of what a parser has to say. */
const explained = <T>(parse: () => T): T => {
  try {
    return parse();
  } catch (error) {
    throw error instanceof Stop ? new InvalidArgumentError(error.message) : error;
  }
};

const forEachCommand = (command: Command, visit: (command: Command) => void): void => {
  visit(command);
  for (const child of command.commands) forEachCommand(child, visit);
};
