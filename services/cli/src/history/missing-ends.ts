import { isFault, type JournalKind, type JournalName, splitJournal } from '@edict/contracts';
import { createAnchorCheck, type PlacedAnchor } from '@edict/journal';
import type { Replayed } from './replay.ts';

/** A journal that ends before it was anchored, and how that is known. */
export interface MissingEnd {
  readonly journal: JournalName;
  /** The first revision that is missing. */
  readonly revision: number;
  readonly why: string;
}

/** Holds journals of these kinds, replayed to their ends, against anchors that were read before: a replay of what is left looks sound. */
export const missingEnds = (
  kinds: readonly JournalKind[],
  replayed: readonly Pick<Replayed, 'journal' | 'revision'>[],
  anchors: readonly PlacedAnchor[],
): readonly MissingEnd[] => {
  const ends = new Map(replayed.map(({ journal, revision }) => [journal, revision]));
  const anchored = Map.groupBy(anchors, ({ journal }) => journal);
  return [...anchored].flatMap(([journal, of]) => {
    if (!kinds.includes(splitJournal(journal).kind)) return [];
    const end = ends.get(journal) ?? 0;
    try {
      createAnchorCheck(of).endsAt(end);
      return [];
    } catch (error) {
      if (!isFault(error)) throw error;
      return [{ journal, revision: end + 1, why: error.message }];
    }
  });
};
