import type { Writable } from 'node:stream';

/** Where words leave the process. What becomes of them is remembered and never thrown. */
export interface Outlet {
  write(words: string): void;
  /** Aborts when nothing that is written arrives any more. */
  readonly closed: AbortSignal;
  /** Settles when all was handed over: with why some was not, unless the reader merely went away. */
  flush(): Promise<Error | undefined>;
}

/** What a pipe or a socket says when nobody reads it any more. */
const READER_GONE = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** A stream of the process, such as `process.stdout`, as an outlet. */
export const createOutlet = (stream: Writable): Outlet => {
  const closing = new AbortController();
  let failure: NodeJS.ErrnoException | undefined;
  stream.on('error', (error) => {
    failure ??= error;
    closing.abort();
  });
  return {
    write: (words) => {
      if (failure === undefined) stream.write(words);
    },
    closed: closing.signal,
    flush: async () => {
      // The stream tells of its failure a little later than it calls back.
      if (failure === undefined)
        await new Promise((resolve) => stream.write('', () => setImmediate(resolve)));
      return READER_GONE.has(failure?.code ?? '') ? undefined : failure;
    },
  };
};
