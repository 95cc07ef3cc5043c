import { zstdDecompressSync } from 'node:zlib';
import type { Commit, DecisionRequest, Entry, JournalName, RequestRef } from '@edict/contracts';
import type { Exchange, Run } from './run.ts';

/** An exchange with its texts parsed; `undefined` where a text is no JSON object. */
export interface Asked extends Exchange {
  readonly sent: Fields | undefined;
  readonly answer: Fields | undefined;
}

/** A JSON object of which nothing is known yet. */
export type Fields = { readonly [key: string]: unknown };

/** An event of a journal in its place, with the command that it came from. */
export interface Happening {
  readonly journal: JournalName;
  readonly revision: number;
  readonly index: number;
  readonly ws: string;
  readonly at: number;
  readonly type: string;
  readonly data: unknown;
  readonly entry: Entry;
}

/** A journal as far as its commits can be read. */
export interface ReadJournal {
  readonly name: JournalName;
  readonly commits: readonly ReadCommit[];
  readonly happenings: readonly Happening[];
}

export interface ReadCommit {
  readonly bytes: Uint8Array;
  /** `undefined` when the bytes are no JSON object. */
  readonly commit: Commit | undefined;
}

/** A run, read once for all properties. */
export interface Evidence {
  readonly run: Run;
  readonly asked: readonly Asked[];
  readonly journals: readonly ReadJournal[];
  /** The events of all journals of a kind, each journal's in order. */
  of(kind: 'verdicts' | 'sessions' | 'policies'): readonly Happening[];
  /** The event at a place. */
  at(journal: string, revision: number, index: number): Happening | undefined;
}

export const readEvidence = (run: Run): Evidence => {
  const journals = [...run.journals].map(([name, commits]) => readJournal(name, commits));
  const places = new Map<string, Happening>();
  for (const { happenings } of journals) {
    for (const happening of happenings) places.set(placeOf(happening), happening);
  }
  return {
    run,
    asked: run.history.map((exchange) => ({
      ...exchange,
      sent: parse(exchange.body),
      answer: exchange.reply === undefined ? undefined : parse(exchange.reply.body),
    })),
    journals,
    of: (kind) =>
      journals.filter(({ name }) => name.startsWith(`${kind}.`)).flatMap(({ happenings }) => happenings),
    at: (journal, revision, index) => places.get(`${journal}/${revision}/${index}`),
  };
};

const decoder = new TextDecoder();

/** A zstd frame begins with this number, which no JSON text begins with. */
const ZSTD_MAGIC = 0xfd2fb528;

/** The JSON text of a stored commit: of a frame what it unfolds to, nothing when it cannot be unfolded. */
const storedText = (bytes: Uint8Array): string => {
  const buffer = Buffer.from(bytes);
  if (buffer.length < 4 || buffer.readUInt32LE() !== ZSTD_MAGIC) return decoder.decode(bytes);
  try {
    return decoder.decode(zstdDecompressSync(buffer));
  } catch {
    return '';
  }
};

const readJournal = (name: JournalName, stored: readonly Uint8Array[]): ReadJournal => {
  const commits = stored.map((bytes) => ({
    bytes,
    commit: parse(storedText(bytes)) as Commit | undefined,
  }));
  return { name, commits, happenings: commits.flatMap(({ commit }) => happeningsOf(name, commit)) };
};

const happeningsOf = (journal: JournalName, commit: Commit | undefined): Happening[] => {
  let index = 0;
  return (commit?.entries ?? []).flatMap((entry) =>
    entry.events.map(({ type, data }) => {
      const { ws, at } = entry;
      const { revision = 0 } = commit ?? {};
      return { journal, revision, index: index++, ws, at, type, data, entry };
    }),
  );
};

const parse = (text: string): Fields | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : undefined;
  } catch {
    return undefined;
  }
};

/** `<journal>/<revision>/<index>`: where an event lies. */
const placeOf = ({
  journal,
  revision,
  index,
}: Omit<Happening, 'data' | 'type' | 'ws' | 'at' | 'entry'>): string => `${journal}/${revision}/${index}`;

/** One text per request: an id is unique per workspace and subject. */
export const requestOf = (
  ws: string,
  { subject, request_id }: RequestRef | (DecisionRequest & RequestRef),
): string => [ws, subject.type, subject.id, request_id].join(' · ');

/** An event for people who look for what went wrong. */
export const describeEvent = (happening: Happening): string =>
  `${placeOf(happening)} ${happening.type} at ${happening.at} ${short(happening.data)}`;

/** A message and its reply for people who look for what went wrong. */
export const describeAsked = ({ client, verb, ws, body, sentAt, reply }: Exchange): string => {
  const came = reply === undefined ? 'no reply' : `${reply.at} ${short(reply.body)}`;
  return `${client} ${verb} ${ws} at ${sentAt}: ${short(body)} → ${came}`;
};

const MOST = 600;

const short = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MOST ? `${text.slice(0, MOST)}…` : text;
};
