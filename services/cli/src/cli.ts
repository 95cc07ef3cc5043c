import { setTimeout } from 'node:timers/promises';
import type { CliConfig } from './config.ts';
import { findNats, isAlive, type NatsSearch } from './connection/find-nats.ts';
import { type OpenBus, openBus } from './connection/open-bus.ts';
import { answersAsNats } from './connection/probe.ts';
import { exitOfInterruption } from './interruption.ts';
import { createPrinter, type Streams } from './output/printer.ts';
import { type Invocation, parseArguments } from './parse-arguments.ts';
import { badInput, type Exit, Stop, toStop } from './stop.ts';
import type { GlobalOptions, Verb } from './verb.ts';

/** What a run of the command line takes from the process. */
export interface Surroundings {
  readonly config: CliConfig;
  readonly streams: Streams;
  readonly readStdin: () => Promise<string>;
  readonly now: () => number;
  readonly interrupted: AbortSignal;
  /** How to reach an engine; tests bring their own. */
  readonly open?: (globals: GlobalOptions) => OpenBus;
}

/** Runs one verb to its exit code. Nothing is thrown and nothing but the given streams is written to. */
export const runCli = async (
  argv: readonly string[],
  verbs: readonly Verb[],
  surroundings: Surroundings,
): Promise<Exit> => {
  const invocation = parseArguments(argv, verbs);
  if (invocation.verb === undefined) return printUsage(invocation, surroundings.streams);
  const { verb, args, options, globals } = invocation;
  const { config, streams, readStdin, now, interrupted } = surroundings;
  const printer = createPrinter(streams, globals.json);
  const bus =
    surroundings.open?.(globals) ?? openBus(() => findNats(searchFor(globals, config)), globals.workspace);
  try {
    if (verb.everyWorkspace && globals.workspaceNamed) {
      printer.note(`--workspace changes nothing here: ${verb.usage} is about all of them`);
    }
    const running = verb.run({ args, options, globals, config, printer, bus, readStdin, now, interrupted });
    return await (verb.endsItself ? running : Promise.race([running, untilInterrupted(interrupted, bus)]));
  } catch (error) {
    const stop = toStop(error);
    printer.stop(stop);
    return stop.exit;
  } finally {
    const closed = bus.close().catch(() => undefined);
    // A server that says nothing any more never lets a connection end in good order.
    await Promise.race([closed, setTimeout(CLOSE_WITHIN_MS)]);
  }
};

const CLOSE_WITHIN_MS = 500;

/** Rejects when the user interrupts. */
const untilInterrupted = (interrupted: AbortSignal, bus: OpenBus): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => {
      const unknown = bus.waiting() ? '; a request was sent and not answered: it may have been recorded' : '';
      const exit = exitOfInterruption(interrupted);
      reject(new Stop(exit, `interrupted${unknown}`, { code: 'INTERRUPTED' }));
    };
    if (interrupted.aborted) stop();
    else interrupted.addEventListener('abort', stop, { once: true });
  });

const searchFor = ({ nats }: GlobalOptions, { natsUrl, stateDir }: CliConfig): NatsSearch => ({
  flag: nats,
  environment: natsUrl,
  stateDir,
  answers: answersAsNats,
  isAlive,
});

const printUsage = (usage: Invocation & { verb?: undefined }, streams: Streams): Exit => {
  if (usage.exit === 0) streams.out(usage.text);
  else if (usage.json) createPrinter(streams, true).stop(badInput(usage.text.trim().replace(/^error: /, '')));
  else streams.err(usage.text);
  return usage.exit;
};
