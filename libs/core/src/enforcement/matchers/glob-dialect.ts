import { appendAll, type Dialect, type PatternIndex } from './dialect.ts';
import { fitsSegment, parseSegment, type SegmentPattern } from './glob-segment.ts';
import { createWildIndex, type WildIndex } from './wild-index.ts';
import { parseWildcard } from './wildcard.ts';

interface Signed<T> {
  readonly byText: Map<string, Node<T>>;
  /** Those that have stars only. */
  readonly wild: WildIndex<Node<T>>;
  /** Those that have a question mark, to be tried one by one. */
  readonly tested: { readonly pattern: SegmentPattern; readonly node: Node<T> }[];
}

interface Node<T> {
  readonly named: Map<string, Node<T>>;
  /** Behind segments with a star or a question mark among other characters. */
  signed: Signed<T> | undefined;
  /** Behind a `*` that is a whole segment. */
  any: Node<T> | undefined;
  /** Behind a `**` that is not the last segment: reached without a segment, and stays through any. */
  deep: Node<T> | undefined;
  readonly loops: boolean;
  readonly ends: T[];
  /** A trailing `**`: one or more further segments. */
  readonly rest: T[];
}

const createNode = <T>(loops = false): Node<T> => ({
  named: new Map(),
  signed: undefined,
  any: undefined,
  deep: undefined,
  loops,
  ends: [],
  rest: [],
});

const childOf = <T>(node: Node<T>, segment: string): Node<T> => {
  if (segment === '**') {
    node.deep ??= createNode(true);
    return node.deep;
  }
  if (segment === '*') {
    node.any ??= createNode();
    return node.any;
  }
  if (/[*?]/.test(segment)) return signedChild(node, segment);
  const known = node.named.get(segment);
  if (known !== undefined) return known;
  const made = createNode<T>();
  node.named.set(segment, made);
  return made;
};

const signedChild = <T>(parent: Node<T>, text: string): Node<T> => {
  parent.signed ??= { byText: new Map(), wild: createWildIndex(), tested: [] };
  const { byText, wild, tested } = parent.signed;
  const known = byText.get(text);
  if (known !== undefined) return known;
  const node = createNode<T>();
  byText.set(text, node);
  if (text.includes('?')) tested.push({ pattern: parseSegment(text), node });
  else wild.add({ wildcard: parseWildcard(text), item: node });
  return node;
};

const signedFits = <T>({ wild, tested }: Signed<T>, segment: string): Node<T>[] => {
  const fitting: Node<T>[] = [];
  wild.collect(segment, fitting);
  for (const { pattern, node } of tested) if (fitsSegment(pattern, segment)) fitting.push(node);
  return fitting;
};

/** Adds a node and what `**` lets it reach without a segment. */
const enter = <T>(node: Node<T>, active: Set<Node<T>>): void => {
  for (let reached: Node<T> | undefined = node; reached !== undefined; reached = reached.deep) {
    active.add(reached);
  }
};

const step = <T>(active: Set<Node<T>>, segment: string): Set<Node<T>> => {
  const next = new Set<Node<T>>();
  for (const node of active) {
    if (node.loops) enter(node, next);
    if (node.any !== undefined) enter(node.any, next);
    const named = node.named.get(segment);
    if (named !== undefined) enter(named, next);
    if (node.signed !== undefined) for (const child of signedFits(node.signed, segment)) enter(child, next);
  }
  return next;
};

const createGlobIndex = <T>(): PatternIndex<T> => {
  const root = createNode<T>();
  const start = new Set<Node<T>>();
  return {
    add(pattern, item) {
      const segments = pattern.split('/');
      const last = segments.pop() ?? '';
      const parent = segments.reduce<Node<T>>(childOf, root);
      if (last === '**') parent.rest.push(item);
      else childOf(parent, last).ends.push(item);
      enter(root, start);
    },
    collect(value, into) {
      let active = start;
      let opened: Set<Node<T>> | undefined;
      for (const segment of value.split('/')) {
        for (const node of active) {
          if (node.rest.length === 0 || opened?.has(node)) continue;
          opened ??= new Set();
          opened.add(node);
          appendAll(node.rest, into);
        }
        active = step(active, segment);
        if (active.size === 0) return;
      }
      for (const node of active) appendAll(node.ends, into);
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
