import { stableHash } from '@edict/contracts';

/**
 * Rendezvous hashing: each candidate has a score for a key, the highest wins.
 * Everybody who knows the same candidates computes the same owner, and when one goes only its own keys move.
 */
export const ownerAmong = (candidates: Iterable<string>, key: string): string | undefined => {
  let owner: string | undefined;
  let best = -1;
  for (const candidate of candidates) {
    const score = stableHash(`${candidate}\u0000${key}`);
    if (score > best || (score === best && owner !== undefined && candidate > owner)) {
      owner = candidate;
      best = score;
    }
  }
  return owner;
};
