import type { Dialect, PatternIndex } from './dialect.ts';
import { heap, type Pile, takeAll } from './lists.ts';

interface Node<T> {
  named: Map<string, Node<T>> | undefined;
  /** Behind a `*` that stands for exactly one segment. */
  any: Node<T> | undefined;
  ends: Pile<T>;
  /** A trailing `*`: one or more further segments. */
  rest: Pile<T>;
}

const createNode = <T>(): Node<T> => ({
  named: undefined,
  any: undefined,
  ends: undefined,
  rest: undefined,
});

const childOf = <T>(node: Node<T>, segment: string): Node<T> => {
  if (segment === '*') {
    node.any ??= createNode();
    return node.any;
  }
  const known = node.named?.get(segment);
  if (known !== undefined) return known;
  const made = createNode<T>();
  node.named ??= new Map();
  node.named.set(segment, made);
  return made;
};

const step = <T>(active: readonly Node<T>[], segment: string): Node<T>[] => {
  const next: Node<T>[] = [];
  for (const { named, any } of active) {
    const child = named?.get(segment);
    if (child !== undefined) next.push(child);
    if (any !== undefined) next.push(any);
  }
  return next;
};

const createCapabilityIndex = <T>(): PatternIndex<T> => {
  const root = createNode<T>();
  return {
    add(pattern, item) {
      const segments = pattern.split(':');
      const last = segments.pop() ?? '';
      const parent = segments.reduce<Node<T>>(childOf, root);
      if (last === '*') parent.rest = heap(parent.rest, item);
      else {
        const node = childOf(parent, last);
        node.ends = heap(node.ends, item);
      }
    },
    collect(value, into) {
      let active = [root];
      for (const segment of value.split(':')) {
        for (const node of active) takeAll(node.rest, into);
        active = step(active, segment);
      }
      for (const node of active) takeAll(node.ends, into);
    },
  };
};

const flaw = (pattern: string): string | undefined => {
  const segments = pattern.split(':');
  if (segments.includes('')) return 'has an empty segment; write segments like github:create_issue';
  return segments.some((segment) => segment !== '*' && segment.includes('*'))
    ? 'has a star inside a segment; * stands for a whole segment'
    : undefined;
};

/** Capabilities: colon-separated segments, `*` one of them, a trailing `*` all that are left (at least one). */
export const capabilityDialect: Dialect = {
  flaw,
  normalise: (value) => value,
  createIndex: createCapabilityIndex,
};
