import type { NatsServer } from '@edict/nats';
import { installPolicies, startService } from './deployment.ts';
import type { Measurements } from './goals.ts';
import { MODES, type Mode, modeKey, workerOf } from './modes.ts';
import type { BenchOptions } from './options.ts';
import { type BenchProcess, type Requester, startRequester, startResponder } from './processes.ts';
import { processMicros } from './processor-time.ts';
import { percentile } from './statistics.ts';
import { summarise } from './summary.ts';
import type { WindowResult } from './window.ts';

/** Below this share of a processor over this time, a worker has nothing left to do. */
const IDLE_SHARE = 0.1;
const IDLE_MS = 250;

/** A window of each load before the first that counts. */
const PRELUDE = { warmUpMs: 1_200, windowMs: 100 };

type Worker = ReturnType<typeof workerOf>;

/** Everything that is measured over one server: the loads in interleaved rounds, then the saves. */
export const measureLoads = async (
  server: NatsServer,
  options: BenchOptions,
): Promise<Pick<Measurements, 'modes' | 'saves'>> => {
  const started: BenchProcess[] = [];
  const keep = <P extends BenchProcess>(process: P): P => {
    started.push(process);
    return process;
  };
  try {
    // The policy store is there for the set-up and the saves; it does nothing while requests are decided.
    keep(startService('policy-store', server.url));
    const enforcer = keep(startService('enforcer', server.url));
    const responder = keep(await startResponder(server.url));
    await installPolicies(server.url, reserveSeconds(options));
    const requester = keep(await startRequester(server.url));
    const windows = await measureRounds(server, requester, { responder, enforcer }, options);
    return { modes: summarise(windows), saves: await measureSaves(requester, options.saves) };
  } finally {
    await Promise.all(started.map((process) => process.stop()));
  }
};

const measureRounds = async (
  server: NatsServer,
  requester: Requester,
  workers: Readonly<Record<Worker, BenchProcess>>,
  options: BenchOptions,
): Promise<Map<string, WindowResult[]>> => {
  const pidsOf = ({ load }: Mode) => ({
    server: server.pid,
    worker: workers[workerOf(load)].pid,
    requester: requester.pid,
  });
  // Compilers at work in the first windows would be measured as the loads' own cost.
  for (const mode of MODES.filter(({ inFlight }) => inFlight > 1)) {
    await measureWindow(requester, mode, pidsOf(mode), PRELUDE);
  }
  const windows = new Map<string, WindowResult[]>(MODES.map((mode) => [modeKey(mode), []]));
  for (let round = 0; round < options.rounds; round++) {
    for (const mode of MODES) {
      windows.get(modeKey(mode))?.push(await measureWindow(requester, mode, pidsOf(mode), options));
      if (mode.load === 'verdict') await untilSettled(workers.enforcer, options);
    }
  }
  return windows;
};

/** A reservation outlives the window in which it was made: no window pays for what another one left behind. */
const reserveSeconds = ({ warmUpMs, windowMs }: BenchOptions): number =>
  Math.ceil((warmUpMs + windowMs) / 1_000) + 1;

/** Waits until the reservations of a window have expired, and their settling has been worked off. */
const untilSettled = async (enforcer: BenchProcess, options: BenchOptions): Promise<void> => {
  await elapsed(reserveSeconds(options) * 1_000);
  for (let before = processMicros(enforcer.pid), busy = true; busy; ) {
    await elapsed(IDLE_MS);
    const after = processMicros(enforcer.pid);
    busy = after - before > IDLE_SHARE * IDLE_MS * 1_000;
    before = after;
  }
};

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const measureWindow = async (
  requester: Requester,
  { load, inFlight }: Mode,
  pids: Readonly<Record<string, number>>,
  { warmUpMs, windowMs }: Pick<BenchOptions, 'warmUpMs' | 'windowMs'>,
): Promise<WindowResult> => {
  const answer = await requester.order({
    kind: 'window',
    load,
    options: { inFlight, warmUpMs, windowMs, pids },
  });
  if (answer.kind !== 'window') throw new Error(`the requester answered ${answer.kind} to a window`);
  return answer.result;
};

const measureSaves = async (
  requester: Requester,
  count: number,
): Promise<NonNullable<Measurements['saves']>> => {
  const answer = await requester.order({ kind: 'saves', count });
  if (answer.kind !== 'saves') throw new Error(`the requester answered ${answer.kind} to saves`);
  const sorted = Float64Array.from(answer.elapsedMs).sort();
  return { count, p50Ms: percentile(sorted, 0.5), p99Ms: percentile(sorted, 0.99) };
};
