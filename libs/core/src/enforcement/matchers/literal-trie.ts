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
 * of one text. Where only one text goes on, its rest is kept as text. `backwards` reads all texts from their ends.
 */
export const createLiteralTrie = <V>({ backwards = false } = {}): LiteralTrie<V> => {
  const steps = createSteps();
  /** By node: the value of the text that ends there, or behind its rest. */
  const values: (V | undefined)[] = [undefined];
  const rests: string[] = [''];
  const unitOf = (text: string, index: number): number =>
    text.charCodeAt(backwards ? text.length - 1 - index : index);

  const addNode = (above: number, text: string, value: V | undefined): void => {
    steps.add(above, text.charCodeAt(0), values.length);
    values.push(value);
    rests.push(text.slice(1));
  };
  /** Makes room for another text below a node at which one has its rest. */
  const pushDown = (node: number): void => {
    const rest = rests[node] ?? '';
    if (rest === '') return;
    addNode(node, rest, values[node]);
    values[node] = undefined;
    rests[node] = '';
  };
  const isAt = (rest: string, value: string, from: number): boolean => {
    if (rest.length > value.length - from) return false;
    for (let index = 0; index < rest.length; index++) {
      if (rest.charCodeAt(index) !== unitOf(value, from + index)) return false;
    }
    return true;
  };
  /** Calls for each value on the way from the root by the characters from an index on. */
  const follow = (value: string, from: number, found: (each: V, node: number) => void): void => {
    for (let node = 0, index = from; index < value.length; index++) {
      node = steps.from(node, unitOf(value, index));
      if (node === 0) return;
      const known = values[node];
      if (known !== undefined && isAt(rests[node] ?? '', value, index + 1)) found(known, node);
    }
  };

  return {
    put: (text, replace) => {
      const read = backwards ? text.split('').reverse().join('') : text;
      let node = 0;
      for (let index = 0; index < read.length; index++) {
        const next = steps.from(node, read.charCodeAt(index));
        if (next === 0) return addNode(node, read.slice(index), replace(undefined));
        node = next;
        if (rests[node] !== read.slice(index + 1)) pushDown(node);
        else if (values[node] !== undefined) break;
      }
      values[node] = replace(values[node]);
    },
    along: (value, found) => follow(value, 0, found),
    within: (value, found) => {
      const seen = new Set<number>();
      for (let from = 0; from < value.length; from++) {
        follow(value, from, (each, node) => {
          if (seen.has(node)) return;
          seen.add(node);
          found(each);
        });
      }
    },
  };
};

/** Steps from node to node by a character; nothing leads to node 0, the root. */
interface Steps {
  from(node: number, unit: number): number;
  /** A step that is not there yet. */
  add(node: number, unit: number, below: number): void;
}

/** Words of a slot: the node above (its number and one, for 0 is a free slot), the character, the node below. */
const WORDS = 3;
const FIRST_SLOTS = 16;

const createSteps = (): Steps => {
  let slots = FIRST_SLOTS;
  let table = new Int32Array(slots * WORDS);
  let size = 0;

  /** Where a step lies, or would. */
  const slotOf = (node: number, unit: number): number => {
    let slot = mixed(node, unit) & (slots - 1);
    for (;;) {
      const at = slot * WORDS;
      if (table[at] === 0 || (table[at] === node + 1 && table[at + 1] === unit)) return at;
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
    from: (node, unit) => table[slotOf(node, unit) + 2] ?? 0,
    add: (node, unit, below) => {
      size += 1;
      if (size * 2 > slots) grow();
      table.set([node + 1, unit, below], slotOf(node, unit));
    },
  };
};

const mixed = (node: number, unit: number): number => {
  const product = Math.imul(node ^ Math.imul(unit, 0x9e3779b1), 0x85ebca6b);
  return product ^ (product >>> 15);
};
