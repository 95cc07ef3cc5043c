export const NO_STEP = -1;
/** No tail: the step is a single character, at which no text ends. */
export const BARE = 0;

export interface Target {
  /** The node that it leads to. */
  readonly below: number;
  /** The number of what stands on the way there, or {@link BARE}. */
  readonly tail: number;
}

/** Steps from node to node by a character; nothing leads to node 0, the root. */
export interface Steps {
  /** Where a step lies until the next one is added; {@link NO_STEP}. */
  find(above: number, unit: number): number;
  below(step: number): number;
  tail(step: number): number;
  set(step: number, target: Target): void;
  /** A node to which nothing leads yet. */
  newNode(): number;
  /** A step that is not there yet. */
  add(above: number, unit: number, target: Target): void;
}

/**
 * Words of a slot: the node above (its number and one, for 0 is a free slot), the character, the node below, the tail.
 * Four, so that no slot lies across two lines of a processor's cache.
 */
const WORDS = 4;
const FIRST_SLOTS = 16;

export const createSteps = (): Steps => {
  let slots = FIRST_SLOTS;
  let table = new Int32Array(slots * WORDS);
  let size = 0;
  let nodes = 1;

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
    tail: (step) => table[step + 3] ?? BARE,
    set: (step, { below, tail }) => {
      table[step + 2] = below;
      table[step + 3] = tail;
    },
    newNode: () => nodes++,
    add: (above, unit, { below, tail }) => {
      size += 1;
      if (size * 2 > slots) grow();
      table.set([above + 1, unit, below, tail], slotOf(above, unit));
    },
  };
};

const mixed = (node: number, unit: number): number => {
  const product = Math.imul(node ^ Math.imul(unit, 0x9e3779b1), 0x85ebca6b);
  return product ^ (product >>> 15);
};
