import { Fifo } from './fifo.ts';
import type { Pending } from './pending.ts';

/** Copies of commands that are on their way: each waits for what comes of the first one, its leader. */
export interface Copies<C, E> {
  /** How many wait, for all leaders together. */
  readonly waiting: number;
  /**
   * Lets a copy wait, when so much room is free. As in a crowd, all copies hold as much as is still free, and those of
   * one leader as much as then remains.
   */
  join(leader: Pending<C, E>, copy: Pending<C, E>, free: number): boolean;
  /** Takes out the one that came first. */
  next(followers: Fifo<Pending<C, E>>): Pending<C, E> | undefined;
  /** Lets those who waited for another leader wait for this one, however many they are, ahead of who does already. */
  follow(leader: Pending<C, E>, followers: Fifo<Pending<C, E>>): void;
}

export const createCopies = <C, E>(): Copies<C, E> => {
  let waiting = 0;
  return {
    get waiting() {
      return waiting;
    },
    join: (leader, copy, free) => {
      if ((leader.followers?.length ?? 0) >= free - waiting) return false;
      leader.followers ??= new Fifo();
      leader.followers.push(copy);
      waiting += 1;
      return true;
    },
    next: (followers) => {
      const copy = followers.shift();
      if (copy !== undefined) waiting -= 1;
      return copy;
    },
    follow: (leader, followers) => {
      for (const copy of leader.followers?.drain() ?? []) followers.push(copy);
      leader.followers = followers;
    },
  };
};
