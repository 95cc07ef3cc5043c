import { runCli, type Surroundings } from '../cli.ts';
import { VERBS } from '../verbs.ts';

/** What a line is run with; whatever is left out is as on a fresh machine with nothing on standard input. */
export interface Around extends Partial<Pick<Surroundings, 'interrupted' | 'now' | 'open' | 'readStdin'>> {
  /** Where state files and data lie. */
  readonly folder: string;
  /** Told of what is written to standard error, while it is written. */
  readonly onErr?: (words: string) => void;
}

/** Runs a line of the command line in this process: what it wrote, and how it ended. */
export const runLine = async (line: readonly string[], { folder, onErr, ...around }: Around) => {
  let [out, err] = ['', ''];
  const exit = await runCli(line, VERBS, {
    config: { natsUrl: undefined, stateDir: folder, dataDir: folder, noColor: true, services: {} },
    streams: {
      out: (words) => {
        out += words;
      },
      err: (words) => {
        err += words;
        onErr?.(words);
      },
      coloured: false,
    },
    readStdin: async () => '',
    now: Date.now,
    interrupted: new AbortController().signal,
    ...around,
  });
  return { exit, out, err };
};

/** The same as a machine reads it: each line of the output as a document. */
export const runForDocuments = async (line: readonly string[], around: Around) => {
  const { exit, out, err } = await runLine([...line, '--json'], around);
  const documents = out.split('\n').filter((text) => text !== '');
  return { exit, documents: documents.map((text) => JSON.parse(text)), err };
};
