/**
 * How the resources of one kind are named in patterns. Each kind of resource has its own dialect,
 * because a star means something else in a domain than in a key (seeds §6.2).
 */
export interface Dialect {
  /** What is wrong with a pattern, as the end of a sentence; `undefined` when nothing is. */
  flaw(pattern: string): string | undefined;
  /** The one spelling under which a resource of a request is looked up; `undefined`: it is none, so deny. */
  normalise(value: string): string | undefined;
  /** The reason code of a resource that `normalise` refuses, for dialects that refuse any. */
  readonly malformedCode?: string;
  createIndex<T>(): PatternIndex<T>;
}

/** Finds the items of all patterns that match a value, at a cost that follows the matches, not the patterns. */
export interface PatternIndex<T> {
  /** The pattern must be one in which `flaw` finds nothing. */
  add(pattern: string, item: T): void;
  /** Appends the items whose patterns match a normalised value; each item once per pattern that was added. */
  collect(value: string, into: T[]): void;
}

export const appendAll = <T>(items: readonly T[] | undefined, into: T[]): void => {
  if (items === undefined) return;
  for (const item of items) into.push(item);
};
