import type { JournalName } from '@edict/contracts';
import type { Snapshots } from '@edict/journal';
import type { Machine } from './machine.ts';
import type { Random } from './random.ts';
import type { Call } from './store.ts';
import type { World } from './world.ts';

interface Kept {
  readonly id: string;
  frames: Uint8Array[];
  checkpoint: number | undefined;
  spoiled: boolean;
}

/** Where the states of journals are kept, to be damaged, swapped for older ones, or lost. */
export interface SnapshotShelf {
  openFor(machine: Machine): Snapshots;
  /** Spoils one snapshot; never the last one that a purged journal could begin with. */
  spoil(isPurged: (journal: JournalName) => boolean): void;
}

/** How many snapshots an owner keeps. */
const KEPT = 2;

export const createSnapshotShelf = ({ random, tell }: World, call: Call): SnapshotShelf => {
  const shelves = new Map<JournalName, Kept[]>();
  const shelfOf = (journal: JournalName): Kept[] => {
    const shelf = shelves.get(journal) ?? [];
    shelves.set(journal, shelf);
    return shelf;
  };
  const find = (journal: JournalName, id: string): Kept => {
    const known = shelfOf(journal).find((each) => each.id === id);
    if (known !== undefined) return known;
    const fresh: Kept = { id, frames: [], checkpoint: undefined, spoiled: false };
    shelfOf(journal).push(fresh);
    return fresh;
  };
  const sealed = (journal: JournalName): (Kept & { readonly checkpoint: number })[] =>
    shelfOf(journal)
      .flatMap((each) => (each.checkpoint === undefined ? [] : [each as Kept & { checkpoint: number }]))
      .sort((a, b) => b.checkpoint - a.checkpoint);

  return {
    openFor: (machine) => {
      const ask = <T>(operation: () => T): Promise<T> => call(machine, 'UNAVAILABLE', operation);
      return {
        append: (journal, id, frame) => ask(() => void find(journal, id).frames.push(Uint8Array.from(frame))),
        seal: (journal, { id, checkpoint }) =>
          ask(() => {
            find(journal, id).checkpoint = checkpoint;
          }),
        sealed: (journal) => ask(() => sealed(journal).map(({ id, checkpoint }) => ({ id, checkpoint }))),
        read: async function* (journal, id) {
          yield* await ask(() => shelfOf(journal).find((each) => each.id === id)?.frames ?? []);
        },
        keepOnly: (journal, ids) =>
          ask(() => {
            shelves.set(
              journal,
              shelfOf(journal).filter(({ id }) => ids.includes(id)),
            );
          }),
      };
    },
    spoil: (isPurged) => {
      const candidates = [...shelves].flatMap(([journal, shelf]) => {
        const good = sealed(journal)
          .slice(0, KEPT)
          .filter(({ spoiled }) => !spoiled);
        const precious = isPurged(journal) && good.length < KEPT ? good.map(({ id }) => id) : [];
        return shelf.filter(({ id }) => !precious.includes(id)).map((victim) => ({ journal, victim }));
      });
      if (candidates.length === 0) return;
      const { journal, victim } = random.pick(candidates);
      const what = spoilOne(shelfOf(journal), victim, random);
      tell('store', () => `snapshot ${victim.id} of ${journal} ${what}`);
    },
  };
};

const spoilOne = (shelf: Kept[], victim: Kept, random: Random): string => {
  const others = shelf.filter((each) => each !== victim && each.frames.length > 0);
  victim.spoiled = true;
  switch (random.pick(['lost', 'damaged', 'cut', 'stale', 'misplaced'])) {
    case 'damaged':
      victim.frames = victim.frames.map((frame) => flipped(frame, random.int(0, frame.length - 1)));
      return 'is damaged';
    case 'cut':
      victim.frames = victim.frames.slice(0, -1);
      return 'loses its end';
    case 'stale':
      victim.frames = others.length === 0 ? [] : random.pick(others).frames;
      return 'becomes an older one';
    case 'misplaced':
      if (victim.checkpoint !== undefined) victim.checkpoint += random.int(1, 300);
      return 'names another commit';
    default:
      shelf.splice(shelf.indexOf(victim), 1);
      return 'is lost';
  }
};

const flipped = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
