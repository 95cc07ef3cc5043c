/** Values under literal texts of at least one character, found wherever such a text stands in another. */
export interface LiteralTrie<V> {
  /** Puts a value under a text in place of what is there. */
  put(text: string, replace: (known: V | undefined) => V): void;
  /** Calls for the value of each text with which another one begins; ends, when the trie is read backwards. */
  along(value: string, found: (each: V) => void): void;
  /** Calls for the value of each text that occurs in another one, once. */
  within(value: string, found: (each: V) => void): void;
}

/** A text that was put in: what is left of it behind the node at which it ends, and its value. */
interface End<V> {
  rest: string;
  value: V;
}

/**
 * A trie as numbers in one table of steps from node to node: there may be a million nodes, and a look-up follows those
 * of one text. Where only one text goes on, its rest is kept as text. `backwards` reads all texts from their ends.
 */
export const createLiteralTrie = <V>({ backwards = false } = {}): LiteralTrie<V> => {
  const steps = createSteps();
  /** By the number that the step to its node has. */
  const ends: (End<V> | undefined)[] = [undefined];
  let nodes = 1;
  const unitOf = (text: string, index: number): number =>
    text.charCodeAt(backwards ? text.length - 1 - index : index);

  /** Below a node a new one, at which a text ends. */
  const addNode = (above: number, text: string, end: number): void =>
    steps.add({ above, unit: text.charCodeAt(0), below: nodes++, end });
  /** Makes room for another text at a node at which one has its rest. */
  const pushDown = (step: number): void => {
    const number = steps.end(step);
    const end = ends[number];
    if (end === undefined || end.rest === '') return;
    steps.setEnd(step, NO_END);
    addNode(steps.below(step), end.rest, number);
    end.rest = end.rest.slice(1);
  };
  const isAt = (rest: string, value: string, from: number): boolean => {
    if (rest.length > value.length - from) return false;
    for (let index = 0; index < rest.length; index++) {
      if (rest.charCodeAt(index) !== unitOf(value, from + index)) return false;
    }
    return true;
  };
  /** Calls for each value on the way from the root by the characters from an index on. */
  const follow = (value: string, from: number, found: (each: V, end: number) => void): void => {
    for (let node = 0, index = from; index < value.length; index++) {
      const step = steps.find(node, unitOf(value, index));
      if (step === NO_STEP) return;
      node = steps.below(step);
      const number = steps.end(step);
      if (number === NO_END) continue;
      const end = ends[number] as End<V>;
      if (isAt(end.rest, value, index + 1)) found(end.value, number);
    }
  };

  return {
    put: (text, replace) => {
      const read = backwards ? text.split('').reverse().join('') : text;
      const newEnd = (rest: string): number => ends.push({ rest, value: replace(undefined) }) - 1;
      let node = 0;
      for (let index = 0; index < read.length; index++) {
        const unit = read.charCodeAt(index);
        const rest = read.slice(index + 1);
        const step = steps.find(node, unit);
        if (step === NO_STEP) return addNode(node, read.slice(index), newEnd(rest));
        const end = ends[steps.end(step)];
        if (end?.rest === rest) {
          end.value = replace(end.value);
          return;
        }
        pushDown(step);
        // What is pushed down may have moved the table.
        if (rest === '') steps.setEnd(steps.find(node, unit), newEnd(rest));
        node = steps.below(steps.find(node, unit));
      }
    },
    along: (value, found) => follow(value, 0, found),
    within: (value, found) => {
      const seen = new Set<number>();
      for (let from = 0; from < value.length; from++) {
        follow(value, from, (each, end) => {
          if (seen.has(end)) return;
          seen.add(end);
          found(each);
        });
      }
    },
  };
};

const NO_STEP = -1;
const NO_END = 0;

/** Steps from node to node by a character; nothing leads to node 0, the root. */
interface Steps {
  /** Where a step lies until the next one is added; {@link NO_STEP}. */
  find(above: number, unit: number): number;
  below(step: number): number;
  /** What ends at the node below; {@link NO_END}. */
  end(step: number): number;
  setEnd(step: number, end: number): void;
  /** A step that is not there yet. */
  add(step: { above: number; unit: number; below: number; end: number }): void;
}

/**
 * Words of a slot: the node above (its number and one, for 0 is a free slot), the character, the node below, what ends
 * there. Four, so that no slot lies across two lines of a processor's cache.
 */
const WORDS = 4;
const FIRST_SLOTS = 16;

const createSteps = (): Steps => {
  let slots = FIRST_SLOTS;
  let table = new Int32Array(slots * WORDS);
  let size = 0;

  /** Where a step lies, or would. */
  const slotOf = (above: number, unit: number): number => {
    let slot = mixed(above, unit) & (slots - 1);
    for (;;) {
      const at = slot * WORDS;
      if (table[at] === 0 || (table[at] === above + 1 && table[at + 1] === unit)) return at;
      slot = (slot + 1) & (slots - 1);
    }
  };
  const grow = (): void => {
    const old = table;
    slots *= 2;
    table = new Int32Array(slots * WORDS);
    for (let from = 0; from < old.length; from += WORDS) {
      const above = old[from] ?? 0;
      if (above !== 0) table.set(old.subarray(from, from + WORDS), slotOf(above - 1, old[from + 1] ?? 0));
    }
  };
  return {
    find: (above, unit) => {
      const at = slotOf(above, unit);
      return table[at] === 0 ? NO_STEP : at;
    },
    below: (step) => table[step + 2] ?? 0,
    end: (step) => table[step + 3] ?? NO_END,
    setEnd: (step, end) => {
      table[step + 3] = end;
    },
    add: ({ above, unit, below, end }) => {
      size += 1;
      if (size * 2 > slots) grow();
      table.set([above + 1, unit, below, end], slotOf(above, unit));
    },
  };
};

const mixed = (node: number, unit: number): number => {
  const product = Math.imul(node ^ Math.imul(unit, 0x9e3779b1), 0x85ebca6b);
  return product ^ (product >>> 15);
};
