/** Those who want to be told. */
export interface Listeners<T extends unknown[]> {
  /** The result ends the telling. */
  add(listener: (...news: T) => void): () => void;
  tell(...news: T): void;
}

export const createListeners = <T extends unknown[]>(): Listeners<T> => {
  const listeners = new Set<(...news: T) => void>();
  return {
    add: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    tell: (...news) => {
      for (const listener of listeners) listener(...news);
    },
  };
};
