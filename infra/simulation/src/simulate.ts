import { checkRun, type Report } from '@edict/checker';
import { createClient, type History } from './client.ts';
import { createMachine, EPOCH } from './machine.ts';
import { createMember, type Member, type Replacements } from './member.ts';
import { createMishaps } from './mishaps.ts';
import { createNetwork } from './network.ts';
import { createRandom } from './random.ts';
import { type LiveState, liveStates, replayAgainst } from './replay.ts';
import { createStore } from './store.ts';
import { drawTroubles, NO_TROUBLES } from './troubles.ts';
import { createWorkload } from './workload.ts';
import { createWorld, type Tell } from './world.ts';

export interface SimulationOptions {
  readonly seed: number;
  /** What a broken variant puts in place; nothing is the true system. */
  readonly replacements?: Replacements;
  /** Told of everything that happens, with its time in milliseconds. */
  readonly tell?: Tell;
}

export interface SimulationResult extends Report {
  readonly seed: number;
  /** How many things happened. */
  readonly steps: number;
}

const WORK_BEGINS_MS = 1_500;
/** Long enough for every reservation, escalation and resending of the workload to end. */
const QUIET_MS = 24_000;
/** Some runs go on for so long that every request id is forgotten, at their end or before their work: then what is old is purged. */
const FORGETTING_MS = 150_000;
const LAST_ANSWERS_MS = 2_000;

/** One run: a deployment, clients and mishaps, all from one seed; then peace, and the checker's judgement. */
export const simulate = async ({
  seed,
  replacements = {},
  tell,
}: SimulationOptions): Promise<SimulationResult> => {
  const random = createRandom(seed);
  const world = createWorld(random, tell);
  const troubles = drawTroubles(random);
  const network = createNetwork(world, NO_TROUBLES, replacements.request);
  const store = createStore(world, NO_TROUBLES);
  const { everybodyOwns, checkpointCommits } = troubles;
  const surroundings = { world, network, store, replacements, everybodyOwns, checkpointCommits };
  const names = ['east', 'west', 'north'].slice(0, random.int(2, 3));
  const members = names.map((name) => createMember(createMachine(world, name), surroundings));
  const history: History = [];
  const clients = ['carl', 'dora', 'emil', 'fay']
    .slice(0, random.int(2, 4))
    .map((name) => createClient(name, world, network, history));
  const workload = createWorkload(world);
  const mishaps = createMishaps({ world, members, network, store }, troubles);
  const morningEnds = WORK_BEGINS_MS + random.int(2_000, 5_000);
  const workBegins = random.chance(0.06) ? morningEnds + FORGETTING_MS : WORK_BEGINS_MS;
  const workEnds = workBegins + (random.chance(0.3) ? random.int(9_000, 18_000) : random.int(2_000, 9_000));

  for (const member of members) member.boot();
  world.after(500, () => void workload.setUp(clients[0] ?? createClient('carl', world, network, history)));
  await world.runUntil(WORK_BEGINS_MS);
  if (workBegins > WORK_BEGINS_MS) {
    for (const client of clients) void workload.play(client, morningEnds);
    await world.runUntil(workBegins);
  }
  mishaps.begin(workEnds);
  for (const client of clients) void workload.play(client, workEnds);
  await world.runUntil(workEnds);
  mishaps.end();
  const peaceEnds = workEnds + (random.chance(0.02) ? FORGETTING_MS : QUIET_MS);
  await world.runUntil(peaceEnds);
  world.after(0, () => void workload.askAgain(createClient('last', world, network, history)));
  await world.runUntil(peaceEnds + LAST_ANSWERS_MS);
  const states = await readStates(members, world);
  const quietUntil = EPOCH + peaceEnds;
  const report = checkRun({ history, journals: store.journals, quietUntil, replay: replayAgainst(states) });
  return { ...report, seed, steps: world.steps() };
};

const readStates = async (
  members: readonly Member[],
  world: { runUntil(ms: number): Promise<void>; now(): number },
): Promise<LiveState[]> => {
  let states: LiveState[] = [];
  void Promise.all(members.map(liveStates)).then((all) => {
    states = all.flat();
  });
  await world.runUntil(world.now() + 500);
  return states;
};
