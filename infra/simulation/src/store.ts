import { Fault, type JournalName, journalAddress } from '@edict/contracts';
import { type Journal, type OpenJournal, purgedBelow, type Snapshots } from '@edict/journal';
import type { PolicyStream } from '@edict/service-kit';
import type { Machine } from './machine.ts';
import { createFollowers, feedDelay, followedBy, type PolicyMessage } from './policy-stream.ts';
import { createSnapshotShelf } from './snapshot-shelf.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** The broker's store: journals behind a fence, and one stream of all policy journals. */
export interface Store {
  /** Every commit that was ever stored, oldest first: what was purged is kept aside for the checker. */
  readonly journals: Map<JournalName, Uint8Array[]>;
  openFor(machine: Machine): OpenJournal;
  policiesFor(machine: Machine): PolicyStream;
  snapshotsFor(machine: Machine): Snapshots;
  /** Spoils a snapshot. */
  spoil(): void;
  setTroubles(troubles: Troubles): void;
  setUp(up: boolean): void;
}

/** Does something at the store for a machine, with everything that can happen on the way there and back. */
export type Call = <T>(machine: Machine, code: string, operation: () => T) => Promise<T>;

/** What is stored. */
interface Shelf {
  log(name: JournalName): Uint8Array[];
  /** How many commits of a journal are there for nobody any more. */
  readonly purged: Map<JournalName, number>;
  /** Stores a commit exactly when it follows the head. */
  append(name: JournalName, head: number, bytes: Uint8Array): 'appended' | 'conflict';
}

export const createStore = (world: World, first: Troubles): Store => {
  const journals: Store['journals'] = new Map();
  const policies: PolicyMessage[] = [];
  const followers = createFollowers();
  let troubles = first;
  let up = true;
  const call = createCall(
    world,
    () => troubles,
    () => up,
  );
  const snapshots = createSnapshotShelf(world, call);
  const purged = new Map<JournalName, number>();
  const shelf: Shelf = {
    purged,
    log: (name) => {
      const log = journals.get(name) ?? [];
      journals.set(name, log);
      return log;
    },
    append: (name, head, bytes) => {
      const log = shelf.log(name);
      if (log.length !== head) return 'conflict';
      log.push(bytes);
      if (name.startsWith('policies.')) {
        policies.push({ subject: journalAddress(name), bytes });
        followers.tell();
      }
      return 'appended';
    },
  };
  return {
    journals,
    openFor: (machine) => async (name) => openJournal(name, machine, shelf, call, world, () => troubles),
    policiesFor: (machine) =>
      followedBy(machine, {
        messages: policies,
        isUp: () => up,
        delay: () => feedDelay(world, troubles.feedStall),
        onMessage: (listener) => followers.add(machine, listener),
        lastSequence: () => call(machine, 'UNAVAILABLE', () => policies.length),
      }),
    snapshotsFor: snapshots.openFor,
    spoil: () => snapshots.spoil((name) => purged.has(name)),
    setTroubles: (next) => {
      troubles = next;
    },
    setUp: (next) => {
      up = next;
    },
  };
};

/** How long a member waits for the store. */
const TIMEOUT_MS = 2_000;

const createCall = (world: World, troublesNow: () => Troubles, isUp: () => boolean): Call => {
  const { random } = world;
  const delay = (): number => 0.05 + random.next() * 2;
  return (machine, code, operation) =>
    new Promise((resolve, reject) => {
      const { storeLate, storeDrop, ackLost } = troublesNow();
      let over = false;
      const fail = (): void => {
        over = true;
        reject(new Fault(code, 'the store did not answer', { retriable: true }));
      };
      // A connection that breaks is noticed at once, silence only when the time is up.
      const patience = random.chance(0.5) ? TIMEOUT_MS : 5 + random.next() * 200;
      const isLate = random.chance(storeLate);
      const isLost = !isUp() || random.chance(storeDrop);
      const isUnanswered = random.chance(ackLost);
      const cancel = machine.clock.after(isLate || isLost || isUnanswered ? patience : TIMEOUT_MS, fail);
      if (isLost) return;
      world.after(isLate ? patience + random.next() * 3_000 : delay(), () => {
        if (!isUp()) return;
        const result = operation();
        if (isUnanswered) return;
        machine.reach(delay(), () => {
          if (over) return;
          cancel();
          resolve(result);
        });
      });
    });
};

const UNREACHABLE = 'JOURNAL_UNREACHABLE';

const openJournal = (
  name: JournalName,
  machine: Machine,
  { log, append, purged }: Shelf,
  call: Call,
  { random, tell }: World,
  troublesNow: () => Troubles,
): Journal => ({
  name,
  async *read(after) {
    const commits = await call(machine, UNREACHABLE, () => {
      const gone = purged.get(name) ?? 0;
      return after < gone ? gone : log(name).slice(after);
    });
    if (typeof commits === 'number') throw purgedBelow(name, after + 1, commits + 1);
    // The connection may break in the middle.
    const most = random.chance(troublesNow().ackLost) ? random.int(0, commits.length) : commits.length;
    for (const [i, bytes] of commits.slice(0, most).entries()) yield { revision: after + i + 1, bytes };
    if (most < commits.length) throw new Fault(UNREACHABLE, 'reading broke off', { retriable: true });
  },
  get: async (revision) => {
    const bytes = await call(machine, UNREACHABLE, () =>
      revision <= (purged.get(name) ?? 0) ? undefined : log(name)[revision - 1],
    );
    return bytes === undefined ? undefined : { revision, bytes };
  },
  append: (head, bytes) =>
    call(machine, 'JOURNAL_UNCERTAIN', () => {
      const answer = append(name, head, bytes);
      tell('store', () => `${name}/${head + 1} from ${machine.name}: ${answer}`);
      return answer;
    }),
  head: () => call(machine, UNREACHABLE, () => log(name).length),
  first: () => call(machine, UNREACHABLE, () => (purged.get(name) ?? 0) + 1),
  purge: (below) =>
    call(machine, UNREACHABLE, () => {
      const gone = Math.min(below, log(name).length) - 1;
      if (gone <= (purged.get(name) ?? 0)) return;
      purged.set(name, gone);
      tell('store', () => `${name} is purged below ${gone + 1} by ${machine.name}`);
    }),
  close: async () => {},
});
