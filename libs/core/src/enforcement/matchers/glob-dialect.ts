import type { Dialect, PatternIndex } from './dialect.ts';
import { fitsSegment, parseSegment, type SegmentPattern } from './glob-segment.ts';
import { heap, type Pile, takeAll } from './lists.ts';
import { createWildIndex, type WildIndex } from './wild-index.ts';
import { parseWildcard } from './wildcard.ts';

interface Signed<T> {
  readonly byText: Map<string, Node<T>>;
  /** A question mark is looked up as a star. */
  readonly wild: WildIndex<Node<T>>;
}

interface Node<T> {
  named: Map<string, Node<T>> | undefined;
  /** Behind segments with a star or a question mark among other characters. */
  signed: Signed<T> | undefined;
  /** Behind a `*` that is a whole segment. */
  any: Node<T> | undefined;
  /** Behind a `**` that is not the last segment: reached without a segment, and stays through any. */
  deep: Node<T> | undefined;
  readonly loops: boolean;
  /** What its segment must fit besides, for it has a question mark. */
  readonly test: SegmentPattern | undefined;
  ends: Pile<T>;
  /** A trailing `**`: one or more further segments. */
  rest: Pile<T>;
  /** The step in which it was last reached, and the look-up in which `rest` was last taken. */
  reached: number;
  opened: number;
}

/** Numbers steps and look-ups, so that a node can tell whether it had its turn: there is one at a time. */
let turns = 0;

const createNode = <T>({ loops = false, test }: Partial<Pick<Node<T>, 'loops' | 'test'>> = {}): Node<T> => ({
  named: undefined,
  signed: undefined,
  any: undefined,
  deep: undefined,
  loops,
  test,
  ends: undefined,
  rest: undefined,
  reached: 0,
  opened: 0,
});

const childOf = <T>(node: Node<T>, segment: string): Node<T> => {
  if (segment === '**') {
    node.deep ??= createNode({ loops: true });
    return node.deep;
  }
  if (segment === '*') {
    node.any ??= createNode();
    return node.any;
  }
  if (/[*?]/.test(segment)) return signedChild(node, segment);
  const known = node.named?.get(segment);
  if (known !== undefined) return known;
  const made = createNode<T>();
  node.named ??= new Map();
  node.named.set(segment, made);
  return made;
};

const signedChild = <T>(parent: Node<T>, text: string): Node<T> => {
  parent.signed ??= { byText: new Map(), wild: createWildIndex() };
  const { byText, wild } = parent.signed;
  const known = byText.get(text);
  if (known !== undefined) return known;
  const node = createNode<T>(text.includes('?') ? { test: parseSegment(text) } : {});
  byText.set(text, node);
  wild.add({ wildcard: parseWildcard(text.replaceAll('?', '*')), item: node });
  return node;
};

const signedFits = <T>({ wild }: Signed<T>, segment: string): Node<T>[] => {
  const fitting: Node<T>[] = [];
  wild.collect(segment, fitting);
  if (!fitting.some(({ test }) => test !== undefined)) return fitting;
  const chars = [...segment];
  return fitting.filter(({ test }) => test === undefined || fitsSegment(test, chars));
};

/** Adds a node and what `**` lets it reach without a segment; each once in a turn. */
const enter = <T>(node: Node<T>, active: Node<T>[], turn: number): void => {
  for (let next: Node<T> | undefined = node; next !== undefined; next = next.deep) {
    if (next.reached === turn) return;
    next.reached = turn;
    active.push(next);
  }
};

const step = <T>(active: readonly Node<T>[], segment: string): Node<T>[] => {
  const turn = ++turns;
  const next: Node<T>[] = [];
  for (const node of active) {
    if (node.loops) enter(node, next, turn);
    if (node.any !== undefined) enter(node.any, next, turn);
    const named = node.named?.get(segment);
    if (named !== undefined) enter(named, next, turn);
    if (node.signed === undefined) continue;
    for (const child of signedFits(node.signed, segment)) enter(child, next, turn);
  }
  return next;
};

const createGlobIndex = <T>(): PatternIndex<T> => {
  const root = createNode<T>();
  return {
    add(pattern, item) {
      const segments = pattern.split('/');
      const last = segments.pop() ?? '';
      const parent = segments.reduce<Node<T>>(childOf, root);
      if (last === '**') parent.rest = heap(parent.rest, item);
      else {
        const node = childOf(parent, last);
        node.ends = heap(node.ends, item);
      }
    },
    collect(value, into) {
      const lookUp = ++turns;
      let active: Node<T>[] = [];
      enter(root, active, lookUp);
      for (const segment of value.split('/')) {
        for (const node of active) {
          if (node.rest === undefined || node.opened === lookUp) continue;
          node.opened = lookUp;
          takeAll(node.rest, into);
        }
        active = step(active, segment);
        if (active.length === 0) return;
      }
      for (const node of active) takeAll(node.ends, into);
    },
  };
};

const flaw = (pattern: string): string | undefined =>
  pattern.split('/').some((segment) => segment !== '**' && segment.includes('**'))
    ? 'has ** inside a segment; ** stands for whole segments'
    : undefined;

/**
 * Data keys: `*` within one segment, `**` zero or more segments, at the end one or more; `?` one character.
 * Everything else stands for itself, and keys are compared as they are: nothing resolves `..` or `//` (seeds §6.2).
 */
export const globDialect: Dialect = { flaw, normalise: (value) => value, createIndex: createGlobIndex };
