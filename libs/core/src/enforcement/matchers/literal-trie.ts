import { BARE, createSteps, NO_STEP, type Steps, type Target } from './trie-steps.ts';

/** Values under literal texts of at least one character, found wherever such a text stands in another. */
export interface LiteralTrie<V> {
  /** Puts a value under a text in place of what is there. */
  put(text: string, replace: (known: V | undefined) => V): void;
  /** Calls for the value of each text with which another one begins; ends, when the trie is read backwards. */
  along(value: string, found: (each: V) => void): void;
  /** Calls for the value of each text that occurs in another one, once. */
  within(value: string, found: (each: V) => void): void;
}

/**
 * A trie as numbers in one table of steps from node to node: there may be a million nodes, and a look-up follows those
 * of one text. Characters that all texts have on their way from here go with the step, as its rest.
 */
interface Trie<V> {
  readonly steps: Steps;
  /** By the number of a step's tail: what stands behind its first character, and the value of the text that ends there. */
  readonly rests: string[];
  readonly values: (V | undefined)[];
  readonly backwards: boolean;
}

/** `backwards` reads all texts from their ends. */
export const createLiteralTrie = <V>({ backwards = false } = {}): LiteralTrie<V> => {
  const trie: Trie<V> = { steps: createSteps(), rests: [''], values: [undefined], backwards };
  return {
    put: (text, replace) => put(trie, backwards ? text.split('').reverse().join('') : text, replace),
    along: (value, found) => follow(trie, value, 0, found),
    within: (value, found) => {
      const seen = new Set<number>();
      for (let from = 0; from < value.length; from++) {
        follow(trie, value, from, (each, tail) => {
          if (seen.has(tail)) return;
          seen.add(tail);
          found(each);
        });
      }
    },
  };
};

/** Calls for each value on the way from the root by the characters from an index on. */
const follow = <V>(
  { steps, rests, values, backwards }: Trie<V>,
  value: string,
  from: number,
  found: (each: V, tail: number) => void,
): void => {
  for (let node = 0, index = from; index < value.length; ) {
    const step = steps.find(node, unitOf(value, index, backwards));
    if (step === NO_STEP) return;
    index += 1;
    node = steps.below(step);
    const tail = steps.tail(step);
    if (tail === BARE) continue;
    const rest = rests[tail] as string;
    const known = values[tail];
    if (!isAt(rest, value, index, backwards)) return;
    index += rest.length;
    if (known !== undefined) found(known, tail);
  }
};

const unitOf = (text: string, index: number, backwards: boolean): number =>
  text.charCodeAt(backwards ? text.length - 1 - index : index);

const isAt = (rest: string, value: string, from: number, backwards: boolean): boolean => {
  if (rest.length > value.length - from) return false;
  for (let index = 0; index < rest.length; index++) {
    if (rest.charCodeAt(index) !== unitOf(value, from + index, backwards)) return false;
  }
  return true;
};

const put = <V>(trie: Trie<V>, text: string, replace: (known: V | undefined) => V): void => {
  const { steps, rests, values } = trie;
  for (let node = 0, index = 0; ; ) {
    const unit = text.charCodeAt(index);
    const step = steps.find(node, unit);
    index += 1;
    if (step === NO_STEP) {
      const tail = addTail(trie, text.slice(index), replace(undefined));
      steps.add(node, unit, { below: steps.newNode(), tail });
      return;
    }
    const rest = rests[steps.tail(step)] ?? '';
    const common = commonLength(rest, text, index);
    index += common;
    // A split may move the table.
    if (common < rest.length) split(trie, step, common);
    const here = common < rest.length ? steps.find(node, unit) : step;
    const tail = steps.tail(here);
    node = steps.below(here);
    if (index < text.length) continue;
    if (tail === BARE) steps.set(here, { below: node, tail: addTail(trie, '', replace(undefined)) });
    else values[tail] = replace(values[tail]);
    return;
  }
};

/** Puts a node into the middle of a step, behind so many characters of its rest. */
const split = <V>(trie: Trie<V>, step: number, at: number): void => {
  const { steps, rests } = trie;
  const old: Target = { below: steps.below(step), tail: steps.tail(step) };
  const rest = rests[old.tail] ?? '';
  const middle = steps.newNode();
  steps.set(step, { below: middle, tail: at === 0 ? BARE : addTail(trie, rest.slice(0, at), undefined) });
  rests[old.tail] = rest.slice(at + 1);
  steps.add(middle, rest.charCodeAt(at), old);
};

const addTail = <V>({ rests, values }: Trie<V>, rest: string, value: V | undefined): number => {
  rests.push(rest);
  return values.push(value) - 1;
};

/** How many characters a text has in common with another one from an index of that on. */
const commonLength = (text: string, other: string, from: number): number => {
  const most = Math.min(text.length, other.length - from);
  let length = 0;
  while (length < most && text.charCodeAt(length) === other.charCodeAt(from + length)) length += 1;
  return length;
};
