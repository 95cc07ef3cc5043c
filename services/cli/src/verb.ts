import type { HealthQuestion, HealthReport } from '@edict/contracts';
import type { Edict } from '@edict/sdk';
import type { CliConfig } from './config.ts';
import type { StoreReader } from './history/store-reader.ts';
import type { Printer } from './output/printer.ts';
import type { Exit } from './stop.ts';

/** The flags that every verb takes. */
export interface GlobalOptions {
  readonly json: boolean;
  readonly workspace: string;
  /** Set when `--workspace` was given. */
  readonly workspaceNamed?: true;
  /** What `--nats` says. */
  readonly nats: string | undefined;
}

/** The way to a running engine; connects on first use, fails with exit 3 and what to do about it. */
export interface Bus {
  /** The services, in the workspace that the verb is about or another one. */
  edict(workspace?: string): Promise<Edict>;
  /** What is stored: journals and views. */
  store(): Promise<StoreReader>;
  /** What every process says about itself. */
  health(question: HealthQuestion): Promise<readonly HealthReport[]>;
  /** Calls back after each loss and return of the connection to the services; the result ends that. */
  onConnection(listener: (connected: boolean) => void): Promise<() => void>;
}

/** Everything a verb may use; nothing else of the process is its own. */
export interface Call<Options = Readonly<Record<string, unknown>>> {
  readonly args: readonly string[];
  readonly options: Options;
  readonly globals: GlobalOptions;
  readonly config: CliConfig;
  readonly printer: Printer;
  readonly bus: Bus;
  readonly readStdin: () => Promise<string>;
  readonly now: () => number;
  /** Aborts when the user interrupts. */
  readonly interrupted: AbortSignal;
}

export interface VerbOption {
  /** As commander has it: `--reason <text>`. */
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** Turns the word into a value, or throws what is wrong with it as `badInput`. */
  readonly parse?: (word: string) => unknown;
}

/** A verb as a value: how it is written, what it says about itself, and what it does. */
export interface Verb {
  /** `policy save <files...>`: words, then arguments in commander's notation. */
  readonly usage: string;
  readonly summary: string;
  readonly examples: readonly string[];
  readonly options: readonly VerbOption[];
  /** About all workspaces at once, whichever `--workspace` names. */
  readonly everyWorkspace?: true;
  /** Ends in good order by itself when it is interrupted; any other verb is left where it stands. */
  readonly endsItself?: true;
  readonly run: (call: Call) => Promise<Exit>;
}

/** A verb whose options have the shape that its `run` expects. */
export const defineVerb = <Options = Readonly<Record<string, never>>>(
  verb: Omit<Verb, 'run' | 'options'> & {
    readonly options?: readonly VerbOption[];
    readonly run: (call: Call<Options>) => Promise<Exit>;
  },
): Verb => ({
  ...verb,
  options: verb.options ?? [],
  run: (call) => verb.run(call as unknown as Call<Options>),
});
