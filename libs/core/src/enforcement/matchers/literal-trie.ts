interface Node<V> {
  readonly next: Map<string, Node<V>>;
  value: V | undefined;
}

const createNode = <V>(): Node<V> => ({ next: new Map(), value: undefined });

/** Values under literal texts, found wherever such a text occurs in another. */
export interface LiteralTrie<V> {
  /** The value under a text of at least one character, made when there is none. */
  at(text: string, make: () => V): V;
  /** The values of all texts that occur in a value, each once. */
  within(value: string): Iterable<V>;
}

export const createLiteralTrie = <V>(): LiteralTrie<V> => {
  const root = createNode<V>();
  return {
    at: (text, make) => {
      let node = root;
      for (let i = 0; i < text.length; i++) {
        const unit = text.charAt(i);
        let child = node.next.get(unit);
        if (child === undefined) {
          child = createNode();
          node.next.set(unit, child);
        }
        node = child;
      }
      node.value ??= make();
      return node.value;
    },
    within: (value) => {
      const found = new Set<V>();
      for (let from = 0; from < value.length; from++) {
        let node = root.next.get(value.charAt(from));
        for (let i = from + 1; node !== undefined; i++) {
          if (node.value !== undefined) found.add(node.value);
          node = i < value.length ? node.next.get(value.charAt(i)) : undefined;
        }
      }
      return found;
    },
  };
};
