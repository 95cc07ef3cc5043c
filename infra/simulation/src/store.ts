import { Fault, type JournalName, journalAddress } from '@edict/contracts';
import type { Journal, OpenJournal } from '@edict/journal';
import type { PolicyStream } from '@edict/service-kit';
import type { Machine } from './machine.ts';
import { createFollowers, feedDelay, followedBy, type PolicyMessage } from './policy-stream.ts';
import type { Troubles } from './troubles.ts';
import type { World } from './world.ts';

/** The broker's store: journals behind a fence, and one stream of all policy journals. */
export interface Store {
  /** Every commit that is stored, oldest first. */
  readonly journals: Map<JournalName, Uint8Array[]>;
  openFor(machine: Machine): OpenJournal;
  policiesFor(machine: Machine): PolicyStream;
  setTroubles(troubles: Troubles): void;
  setUp(up: boolean): void;
}

/** Does something at the store for a machine, with everything that can happen on the way there and back. */
type Call = <T>(machine: Machine, code: string, operation: () => T) => Promise<T>;

/** What is stored. Checkpoint objects, once there are any, live here as well: to be stale, or deleted. */
interface Shelf {
  log(name: JournalName): Uint8Array[];
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
  const shelf: Shelf = {
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
  { log, append }: Shelf,
  call: Call,
  { random, tell }: World,
  troublesNow: () => Troubles,
): Journal => ({
  name,
  async *read(after) {
    const commits = await call(machine, UNREACHABLE, () => log(name).slice(after));
    // The connection may break in the middle.
    const most = random.chance(troublesNow().ackLost) ? random.int(0, commits.length) : commits.length;
    for (const [i, bytes] of commits.slice(0, most).entries()) yield { revision: after + i + 1, bytes };
    if (most < commits.length) throw new Fault(UNREACHABLE, 'reading broke off', { retriable: true });
  },
  get: async (revision) => {
    const bytes = await call(machine, UNREACHABLE, () => log(name)[revision - 1]);
    return bytes === undefined ? undefined : { revision, bytes };
  },
  append: (head, bytes) =>
    call(machine, 'JOURNAL_UNCERTAIN', () => {
      const answer = append(name, head, bytes);
      tell('store', () => `${name}/${head + 1} from ${machine.name}: ${answer}`);
      return answer;
    }),
  head: () => call(machine, UNREACHABLE, () => log(name).length),
  close: async () => {},
});
