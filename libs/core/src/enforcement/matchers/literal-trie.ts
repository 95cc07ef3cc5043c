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

/** What stands on the way from one node to the next behind its first character, and the value of the text that ends there. */
interface Edge<V> {
  rest: string;
  value: V | undefined;
}

/**
 * A trie as numbers in one table of steps from node to node: there may be a million nodes, and a look-up follows those
 * of one text. Characters that all texts have on their way from here go with the step.
 */
interface Trie<V> {
  readonly steps: Steps;
  /** By the number that a step has. */
  readonly edges: (Edge<V> | undefined)[];
  readonly backwards: boolean;
}

/** `backwards` reads all texts from their ends. */
export const createLiteralTrie = <V>({ backwards = false } = {}): LiteralTrie<V> => {
  const trie: Trie<V> = { steps: createSteps(), edges: [undefined], backwards };
  return {
    put: (text, replace) => put(trie, backwards ? text.split('').reverse().join('') : text, replace),
    along: (value, found) => follow(trie, value, 0, found),
    within: (value, found) => {
      const seen = new Set<number>();
      for (let from = 0; from < value.length; from++) {
        follow(trie, value, from, (each, edge) => {
          if (seen.has(edge)) return;
          seen.add(edge);
          found(each);
        });
      }
    },
  };
};

/** Calls for each value on the way from the root by the characters from an index on. */
const follow = <V>(
  { steps, edges, backwards }: Trie<V>,
  value: string,
  from: number,
  found: (each: V, edge: number) => void,
): void => {
  for (let node = 0, index = from; index < value.length; ) {
    const step = steps.find(node, unitOf(value, index, backwards));
    if (step === NO_STEP) return;
    index += 1;
    node = steps.below(step);
    const number = steps.edge(step);
    if (number === BARE) continue;
    const { rest, value: known } = edges[number] as Edge<V>;
    if (!isAt(rest, value, index, backwards)) return;
    index += rest.length;
    if (known !== undefined) found(known, number);
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
  const { steps, edges } = trie;
  for (let node = 0, index = 0; ; ) {
    const unit = text.charCodeAt(index);
    index += 1;
    if (steps.find(node, unit) === NO_STEP) {
      const edge = addEdge(edges, text.slice(index), replace(undefined));
      steps.add(node, unit, { below: steps.newNode(), edge });
      return;
    }
    index += commonPart(trie, node, unit, text.slice(index));
    const step = steps.find(node, unit);
    node = steps.below(step);
    if (index < text.length) continue;
    const known = edges[steps.edge(step)];
    if (known !== undefined) known.value = replace(known.value);
    else steps.set(step, { below: node, edge: addEdge(edges, '', replace(undefined)) });
    return;
  }
};

/** How much of a step's rest another text begins with; at its end there is a node from then on. */
const commonPart = <V>({ steps, edges }: Trie<V>, node: number, unit: number, text: string): number => {
  const step = steps.find(node, unit);
  const old: Target = { below: steps.below(step), edge: steps.edge(step) };
  const edge = edges[old.edge];
  if (edge === undefined) return 0;
  const { rest } = edge;
  const common = commonLength(rest, text);
  if (common === rest.length) return common;
  const middle = steps.newNode();
  steps.set(step, { below: middle, edge: addEdge(edges, rest.slice(0, common), undefined) });
  edge.rest = rest.slice(common + 1);
  steps.add(middle, rest.charCodeAt(common), old);
  return common;
};

const addEdge = <V>(edges: (Edge<V> | undefined)[], rest: string, value: V | undefined): number =>
  rest === '' && value === undefined ? BARE : edges.push({ rest, value }) - 1;

const commonLength = (a: string, b: string): number => {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
};
