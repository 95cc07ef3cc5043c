import { Fault, type JournalName } from '@edict/contracts';
import type { Anchor, Anchors } from './anchors.ts';
import { sha256Text } from './hash.ts';

/** An anchor and where it was found. */
export interface PlacedAnchor extends Anchor {
  readonly place: string;
}

/** Holds what is read of one journal against its anchors. */
export interface AnchorCheck {
  /** Compares the commit of an anchored revision as it passes; throws `JOURNAL_TRUNCATED` when it is another one. */
  passes(revision: number, bytes: Uint8Array): void;
  /** Says where the journal ends; throws `JOURNAL_TRUNCATED` when an anchor lies above. */
  endsAt(head: number): void;
  /** The anchors that nothing has been held against yet. */
  open(): readonly PlacedAnchor[];
}

/** The anchors of a journal in all places. */
export const anchorsOf = async (
  journal: JournalName,
  places: readonly Anchors[],
): Promise<readonly PlacedAnchor[]> => {
  const found = await Promise.all(
    places.map(async ({ place, read }) => {
      const anchor = await read(journal);
      return anchor === undefined ? [] : [{ ...anchor, place }];
    }),
  );
  return found.flat();
};

export const createAnchorCheck = (anchors: readonly PlacedAnchor[]): AnchorCheck => {
  let open = anchors;
  return {
    passes: (revision, bytes) => {
      const here = open.filter((anchor) => anchor.revision === revision);
      if (here.length === 0) return;
      const hash = sha256Text(bytes);
      const other = here.find((anchor) => anchor.hash !== hash);
      if (other !== undefined) throw replaced(other, hash);
      open = open.filter((anchor) => anchor.revision !== revision);
    },
    endsAt: (head) => {
      const above = open.find((anchor) => anchor.revision > head);
      if (above !== undefined) throw truncated(above, head);
    },
    open: () => open,
  };
};

const truncated = ({ journal, revision, place }: PlacedAnchor, head: number): Fault =>
  new Fault(
    'JOURNAL_TRUNCATED',
    `${journal} was at revision ${revision} when it was last anchored in ${place}, but ${
      head === 0 ? 'nothing of it is there' : `it ends at ${head}`
    }: ${journal}/${head + 1} is the first commit that is missing; ${WAY_OUT}`,
  );

const replaced = ({ journal, revision, place, hash }: PlacedAnchor, found: string): Fault =>
  new Fault(
    'JOURNAL_TRUNCATED',
    `${journal}/${revision} is not the commit that was anchored in ${place}: its hash is ${found}, it was ${hash}; the journal lost its end and was begun again; ${WAY_OUT}`,
  );

const WAY_OUT = 'put the store back from a newer copy (docs/integrity.md)';
