import { join } from 'node:path';
import { type NatsServer, startNatsServer } from '@edict/nats';
import type { Variant } from '../measure/rounds.ts';
import type { Sample } from '../measure/sample.ts';
import type { Pids } from '../measure/usage.ts';
import type { BenchContext } from '../scenarios/scenario.ts';
import { installPolicies, type Policies, type Service, startService } from './deployment.ts';
import type { Load } from './messages.ts';
import {
  type BenchProcess,
  endWithBench,
  type Requester,
  startRequester,
  startResponder,
} from './processes.ts';

export interface RigOptions {
  readonly sync?: 'always' | '2m';
  /** Besides a policy store and the enforcers. */
  readonly services?: readonly ('aggregator' | 'projector')[];
  readonly enforcers?: number;
  readonly policies: Policies;
  /** Flags of Node for the enforcers. */
  readonly flags?: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
}

/** A deployment of its own: NATS server, services, requester and echo, each a process on the loopback address. */
export interface Rig {
  readonly server: NatsServer;
  readonly requester: Requester;
  /** The processes that a load keeps busy, by what they do. */
  pids(load: Load): Pids;
  readonly enforcers: readonly BenchProcess[];
  stop(): Promise<void>;
}

let rigs = 0;

const startRig = async (context: BenchContext, options: RigOptions): Promise<Rig> => {
  const { sync = '2m', services = [], enforcers = 1, policies, flags = [], settings = {} } = options;
  const server = await startNatsServer({ storeDir: join(context.folder, `rig-${++rigs}`), port: 0, sync });
  const ended = endWithBench(server.pid);
  const started: BenchProcess[] = [];
  const keep = <P extends BenchProcess>(process: P): P => {
    started.push(process);
    return process;
  };
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((process) => process.stop()));
    await server.stop();
    ended();
  };
  try {
    const { url } = server;
    // It makes what the others need, and serves set-up and saves; it does nothing while requests are decided.
    keep(startService('policy-store', url, { settings }));
    const workers = Array.from({ length: enforcers }, () =>
      keep(startService('enforcer', url, { flags, settings })),
    );
    const others = new Map<Service, BenchProcess>(
      services.map((name) => [name, keep(startService(name, url, { settings }))]),
    );
    const responder = keep(await startResponder(url));
    await installPolicies(url, policies);
    const requester = keep(await startRequester(url));
    const projector = others.get('projector');
    const workerOf = (load: Load): readonly BenchProcess[] => {
      if (load.kind === 'verdict') return workers;
      return load.kind === 'signal' ? [others.get('aggregator') ?? responder] : [responder];
    };
    const pids = (load: Load): Pids => ({
      server: server.pid,
      worker: workerOf(load).map(({ pid }) => pid),
      requester: requester.pid,
      ...(projector !== undefined && { projector: projector.pid }),
    });
    return { server, requester, pids, enforcers: workers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Stops rigs whatever happens between. */
export const withRigs = async <const O extends readonly RigOptions[], T>(
  context: BenchContext,
  options: O,
  use: (...rigs: { readonly [K in keyof O]: Rig }) => Promise<T>,
): Promise<T> => {
  const rigs: Rig[] = [];
  try {
    for (const each of options) rigs.push(await startRig(context, each));
    return await use(...(rigs as unknown as { readonly [K in keyof O]: Rig }));
  } finally {
    await Promise.all(rigs.map((rig) => rig.stop()));
  }
};

/** Who sends a load, and whose processor time it takes. */
export type Sender = Pick<Rig, 'requester' | 'pids'>;

/** One window of a load. */
export const measureWindow = async (
  { requester, pids }: Sender,
  load: Load,
  { inFlight, warmUpMs, windowMs }: { inFlight: number; warmUpMs: number; windowMs: number },
): Promise<Sample> => {
  const options = { inFlight, warmUpMs, windowMs, pids: pids(load) };
  const answer = await requester.order({ kind: 'window', load, options });
  if (answer.kind !== 'window') throw new Error(`the requester answered ${answer.kind} to a window`);
  return answer.sample;
};

/** What compilers do in the first seconds of a service would be measured as the cost of its loads, for days to come. */
const preludeOf = ({ size }: BenchContext, workers: number) => ({
  warmUpMs: (size === 'short' ? 700 : 8_000) * workers,
  windowMs: 100,
  inFlight: 256,
});

/** A load of a rig as a row, after a first window that does not count. */
export const loadVariant = async (
  context: BenchContext,
  rig: Sender,
  load: Load,
  {
    name,
    inFlight = 256,
    reference = false,
    workers = 1,
    prepared,
    settled,
  }: {
    readonly name: string;
    readonly inFlight?: number;
    readonly reference?: boolean;
    /** How many share the load, and so take longer to warm up. */
    readonly workers?: number;
    /** Does what a window needs first. */
    readonly prepared?: () => Promise<unknown>;
    /** Waits for what a window leaves behind. */
    readonly settled?: () => Promise<void>;
  },
): Promise<Variant> => {
  await prepared?.();
  await measureWindow(rig, load, preludeOf(context, workers));
  await settled?.();
  return {
    name,
    reference,
    sample: async () => {
      await prepared?.();
      const sample = await measureWindow(rig, load, { ...context.window, inFlight });
      await settled?.();
      return sample;
    },
  };
};
