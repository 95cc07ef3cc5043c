import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ConformancePort,
  createMemoryConformancePort,
  type FixtureResult,
  parseFixture,
  runFixture,
} from '@edict/engine';
import { createBusConformance } from '../conformance/bus-conformance-port.ts';
import type { OpenBus } from '../connection/open-bus.ts';
import { openTemporaryBus } from '../connection/temporary-bus.ts';
import { readable } from '../input/readable.ts';
import { exitOfInterruption } from '../interruption.ts';
import type { Style } from '../output/style.ts';
import { badInput, type Exit } from '../stop.ts';
import { type Call, defineVerb, type Verb } from '../verb.ts';
import type { StartDeployment } from './up.ts';

interface Options {
  readonly engine?: 'memory' | 'nats';
}

type Played = FixtureResult & { readonly fixture: string };

/** `conformance macp`, over whatever composes a deployment. */
export const createConformanceMacp = (start: StartDeployment): Verb =>
  defineVerb<Options>({
    usage: 'conformance macp <folder>',
    summary: 'every fixture of the public MACP format, a line each; exit 1 when one fails',
    examples: [
      'edict conformance macp ../conformance/macp',
      'edict conformance macp ../conformance/macp --engine nats      on its own server, with a temporary store',
    ],
    options: [
      {
        flags: '--engine <word>',
        help: 'where they are played (default: memory)',
        choices: ['memory', 'nats'],
      },
    ],
    // Its server and its folder are its own to take away.
    endsItself: true,
    run: async (call) => {
      const fixtures = readFixtures(call.args[0] ?? '');
      if (call.options.engine !== 'nats')
        return play(call, fixtures, async () => createMemoryConformancePort());
      const bus = call.globals.nats === undefined ? await temporaryBus(call, start) : undefined;
      try {
        const run = randomUUID().slice(0, 8);
        const portIn = createBusConformance(bus ?? call.bus);
        return await play(call, fixtures, (i) => portIn(`conformance-${run}-${i}`));
      } finally {
        await bus?.close();
      }
    },
  });

const temporaryBus = ({ globals, printer }: Call<Options>, start: StartDeployment): Promise<OpenBus> =>
  openTemporaryBus(start, { workspace: globals.workspace, log: printer.note });

interface FixtureText {
  readonly name: string;
  readonly text: string;
}

/** The `*.json` files directly in a folder that have `messages`; a schema beside them is none. */
const readFixtures = (folder: string): readonly FixtureText[] => {
  const fixtures = readable(folder, () => readdirSync(folder))
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      return { name: name.slice(0, -'.json'.length), text: readable(file, () => readFileSync(file, 'utf8')) };
    })
    .filter(({ text }) => hasMessages(text));
  if (fixtures.length === 0) throw badInput(`${folder} holds no fixture: no *.json file with messages`);
  return fixtures;
};

/** A text that is no JSON counts as a fixture, so that it fails with a reason rather than vanishes. */
const hasMessages = (text: string): boolean => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'messages' in value;
  } catch {
    return true;
  }
};

const play = async (
  { printer, interrupted }: Call<Options>,
  fixtures: readonly FixtureText[],
  portFor: (i: number) => Promise<ConformancePort>,
): Promise<Exit> => {
  let failed = 0;
  for (const [i, { name, text }] of fixtures.entries()) {
    if (interrupted.aborted) return exitOfInterruption(interrupted);
    const parsed = parseFixture(text);
    const result = parsed.ok
      ? await runFixture(parsed.fixture, await portFor(i), randomUUID())
      : { passed: false, failures: parsed.problems };
    if (!result.passed) failed += 1;
    printer.say({ fixture: name, ...result }, (shown) => render(shown, printer.style));
  }
  const passed = fixtures.length - failed;
  printer.say({ passed, failed }, () => [`${passed} passed, ${failed} failed`]);
  return failed === 0 ? 0 : 1;
};

const render = ({ fixture, passed, failures }: Played, style: Style): string[] => [
  `${passed ? style.good('passed') : style.bad('FAILED')}  ${fixture}`,
  ...failures.map((failure) => `        ${failure}`),
];
