import { type JournalKind, partitionOf } from '@edict/contracts';
import type { Clock } from '@edict/journal';
import { createKnownOwner, type KnownOwner } from './known-owner.ts';
import { readOwners } from './owners-header.ts';

/** What a request is about: its kind of journal, and the text whose hash says in which partition. */
export interface RequestKey {
  readonly kind: JournalKind;
  readonly key: string;
}

/** Who owns what, as replies tell it. It may be out of date: whoever is asked wrongly hands the request on, and tells anew. */
export interface KnownOwners {
  /** Takes what a reply told; a text that is none of ours changes nothing. */
  learn(text: string): void;
  /** The member to ask; `undefined` while it is not known, or left alone. */
  of(about: RequestKey): KnownOwner | undefined;
  /** Has a member left alone until the others have noticed that it is gone. */
  avoid(owner: KnownOwner): void;
  /** Forgets all of them for good: the credentials do not reach to private addresses. */
  giveUp(): void;
}

/** Somewhat longer than a member counts as alive without a heartbeat: afterwards nobody names it any more. */
const AVOIDED_MS = 2_500;

/** `onAvoided` is told whenever a member is to be left alone, also one that is silent. */
export const createKnownOwners = (
  clock: Pick<Clock, 'monotonic' | 'after'>,
  onAvoided: (owner: KnownOwner) => void,
): KnownOwners => {
  const byKind = new Map<JournalKind, readonly (KnownOwner | undefined)[]>();
  const byName = new Map<string, KnownOwner>();
  const avoidedUntil = new Map<string, number>();
  let givenUp = false;

  // Also one that is named no more: it may still owe answers.
  const avoid: KnownOwners['avoid'] = (unwanted) => {
    if (avoidedUntil.has(unwanted.name)) return;
    avoidedUntil.set(unwanted.name, clock.monotonic() + AVOIDED_MS);
    byName.delete(unwanted.name);
    for (const [kind, owners] of byKind)
      byKind.set(
        kind,
        owners.map((owner) => (owner?.name === unwanted.name ? undefined : owner)),
      );
    onAvoided(unwanted);
  };

  const ownerNamed = (name: string | undefined): KnownOwner | undefined => {
    if (name === undefined || avoidedUntil.has(name)) return undefined;
    const owner = byName.get(name) ?? createKnownOwner(name, clock, avoid);
    byName.set(name, owner);
    return owner;
  };

  return {
    learn: (text) => {
      const told = givenUp ? undefined : readOwners(text);
      if (told === undefined) return;
      for (const [name, until] of avoidedUntil) if (until <= clock.monotonic()) avoidedUntil.delete(name);
      byKind.set(told.kind, told.members.map(ownerNamed));
      const named = new Set([...byKind.values()].flat());
      for (const [name, owner] of byName) if (!named.has(owner)) byName.delete(name);
    },
    of: ({ kind, key }) => {
      const owners = byKind.get(kind);
      return owners?.[partitionOf(key, owners.length)];
    },
    avoid,
    giveUp: () => {
      givenUp = true;
      byKind.clear();
      byName.clear();
    },
  };
};
