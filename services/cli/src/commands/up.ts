import { BOUNDS, Fault } from '@edict/contracts';
import type { Environment } from '../config.ts';
import { writeState } from '../connection/state-file.ts';
import { withoutUser } from '../connection/without-user.ts';
import { checkedNatsUrl } from '../input/nats-url.ts';
import { parseWhole } from '../input/numbers.ts';
import { isoTimeOf, parseLength } from '../input/times.ts';
import { alignFacts } from '../output/table.ts';
import { badInput, type Exit, unavailable } from '../stop.ts';
import { type Call, defineVerb, type Verb } from '../verb.ts';

export const SERVICES = ['policy-store', 'enforcer', 'aggregator', 'projector'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** What `edict up` was told, with nothing left open. */
export interface DeploymentOptions {
  /** Where the store lies; only of use with a server of one's own. */
  readonly data: string;
  /** The NATS to use; absent: start one. */
  readonly nats: string | undefined;
  /** Of one's own server; absent: 4222, else the next that is free. */
  readonly port: number | undefined;
  readonly sync: 'always' | '2m';
  /** For how many milliseconds commits are kept at least; absent: for ever. */
  readonly keepMs?: number | undefined;
  readonly services: readonly ServiceName[];
  /** What else services may be told, as environment variables; a flag counts before them. Absent: the defaults. */
  readonly settings?: Environment;
  /** Told of what happens later: a server that died and was started again, a journal that broke. */
  readonly log: (line: string) => void;
  /** Ends a start that is under way. */
  readonly interrupted?: AbortSignal;
}

/** NATS and services in this process, until `stop`. */
export interface Deployment {
  readonly url: string;
  /** Whether the NATS server is a child of this process. */
  readonly ownServer: boolean;
  /** What an acknowledged answer survives, in words. */
  readonly durability: string;
  readonly services: readonly ServiceName[];
  /** Resolves with the reason when it cannot go on by itself. */
  readonly ended: Promise<string>;
  /** Ends it in order, within 10 s; answers whether all of it had ended by then. */
  stop(): Promise<boolean>;
}

export type StartDeployment = (options: DeploymentOptions) => Promise<Deployment>;

interface Options {
  readonly data?: string;
  readonly port?: number;
  readonly sync?: 'always' | '2m';
  readonly keep?: number;
  readonly only?: readonly ServiceName[];
}

/** The verb `up` over whatever composes a deployment. It never reads the state file, only leaves one. */
export const createUp = (start: StartDeployment): Verb =>
  defineVerb<Options>({
    usage: 'up',
    summary: 'NATS and every service in one process, until Ctrl-C',
    examples: [
      'edict up',
      'edict up --data ./edict-data --port 4300',
      'edict up --only enforcer --nats nats://127.0.0.1:4222      one service of several processes',
    ],
    options: [
      { flags: '--data <folder>', help: 'where the store lies (default: ~/.local/share/edict)' },
      {
        flags: '--port <n>',
        help: 'of the NATS server (default: 4222, else the next free one)',
        parse: parseWhole('--port', 1, 65_535),
      },
      {
        flags: '--sync <when>',
        help: 'fsync before each acknowledgement, or every two minutes (default: always)',
        choices: ['always', '2m'],
      },
      {
        flags: '--keep <duration>',
        help: 'purge verdicts and sessions that are older and that nobody needs, below two checkpoints (default: keep all)',
        parse: parseLength('--keep', BOUNDS.retryWindowMs),
      },
      { flags: '--only <services...>', help: 'only these services', choices: SERVICES },
    ],
    endsItself: true,
    run: (call) => runUp(call, start),
  });

const runUp = async (call: Call<Options>, start: StartDeployment): Promise<Exit> => {
  const { options, globals, config, printer, interrupted } = call;
  const services = options.only ?? SERVICES;
  const nats = globals.nats ?? (config.natsUrl && checkedNatsUrl('EDICT_NATS_URL', config.natsUrl));
  if (options.data === '') throw badInput('--data is empty; name the folder in which the store lies');
  if (options.only !== undefined && nats === undefined) {
    throw unavailable('--only runs one service of several and needs a NATS that runs', [
      'name it:  --nats nats://host:4222   (or EDICT_NATS_URL)',
    ]);
  }
  const data = options.data ?? config.dataDir;
  if (nats !== undefined) noteUnused(call, nats);
  const deployment = await start({
    data,
    nats,
    port: options.port,
    sync: options.sync ?? 'always',
    keepMs: options.keep,
    services,
    settings: config.services,
    log: printer.note,
    interrupted,
  });
  let clean = false;
  try {
    await stayUp(call, deployment, data);
  } finally {
    clean = await deployment.stop();
  }
  if (!clean)
    throw unavailable('not everything came to its end in good order; what was acknowledged is kept');
  return 0;
};

const stayUp = async (call: Call<Options>, deployment: Deployment, data: string): Promise<void> => {
  const { config, now, interrupted } = call;
  const { url, ownServer } = deployment;
  const removeState = ownServer
    ? writeState(config.stateDir, { pid: process.pid, url, data, started: isoTimeOf(now()) })
    : () => undefined;
  try {
    announce(call, deployment, data);
    await untilEnd(deployment, interrupted);
  } finally {
    removeState();
  }
};

/** Flags of a server of one's own, beside a NATS that somebody else runs. */
const noteUnused = ({ options: { data, port, sync }, printer }: Call<Options>, nats: string): void => {
  const unused = Object.entries({ '--data': data, '--port': port, '--sync': sync })
    .filter(([, value]) => value !== undefined)
    .map(([flag]) => flag);
  if (unused.length > 0)
    printer.note(`${unused.join(', ')}: of no use here, because NATS runs at ${withoutUser(nats)} already`);
};

const announce = ({ printer }: Call<Options>, deployment: Deployment, data: string): void => {
  const { ownServer, durability, services } = deployment;
  const url = withoutUser(deployment.url);
  const { style } = printer;
  printer.say({ url, data: ownServer ? data : null, services, durability, pid: process.pid }, () => [
    `${style.good('up')}  ${style.strong(services.join(', '))}`,
    ...alignFacts(
      [
        ['nats', ownServer ? `${style.name(url)} (a child of this process)` : style.name(url)],
        ['data', ownServer ? data : undefined],
        ['durability', durability],
        ['identities', ownServer ? 'not bound: anybody on this machine may speak for anybody' : undefined],
        ['try', 'npx edict policy save policies    in a second terminal'],
      ],
      '  ',
    ),
  ]);
};

/** Settles when the user wants to stop; throws the reason when the deployment cannot go on by itself. */
export const untilEnd = async (deployment: Deployment, interrupted: AbortSignal): Promise<void> => {
  const interruption = new Promise<undefined>((resolve) => {
    if (interrupted.aborted) resolve(undefined);
    else interrupted.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  const reason = await Promise.race([interruption, deployment.ended]);
  if (reason !== undefined) throw new Fault('UNAVAILABLE', reason);
};
