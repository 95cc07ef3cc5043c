import { createHash } from 'node:crypto';
import type { JournalName } from '@edict/contracts';
import type { Exchange, Run } from '../run.ts';

/** An entry of a commit, as loose as a broken system might write it. */
export interface ToldEntry {
  at: number;
  command: Record<string, unknown>;
  events: { type: string; data: Record<string, unknown> }[];
}

/** A small true run, written by hand, for tests to break in one place. Each commit holds one entry. */
export interface Story {
  policies: ToldEntry[];
  verdicts: ToldEntry[];
  sessions: ToldEntry[];
  history: (Exchange & { sent: Record<string, unknown>; answer?: Record<string, unknown> })[];
  quietUntil: number;
}

export const hashOf = (text: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(text).digest('hex')}`;

type Store = (text: Uint8Array) => Uint8Array;

/** The story as a checker gets it; `store` makes what lies in the journal of a commit's text. */
export const runOf = (
  { policies, verdicts, sessions, history, quietUntil }: Story,
  store: Store = (text) => text,
): Run => ({
  history: history.map(({ sent, answer, reply, ...exchange }) => ({
    ...exchange,
    body: JSON.stringify(sent),
    ...(reply === undefined ? {} : { reply: { at: reply.at, body: JSON.stringify(answer) } }),
  })),
  journals: new Map([
    chained('policies.w', policies, store),
    chained('verdicts.0', verdicts, store),
    chained('sessions.0', sessions, store),
  ]),
  quietUntil,
});

const chained = (
  journal: JournalName,
  entries: readonly ToldEntry[],
  store: Store,
): [JournalName, Uint8Array[]] => {
  let previous = '';
  const commits = entries.map((entry, i) => {
    const stored = { id: `${journal}-${i}`, ws: 'w', ...entry };
    const text = JSON.stringify({
      v: 1,
      journal,
      revision: i + 1,
      previous,
      semantics: 1,
      entries: [stored],
    });
    const bytes = store(Buffer.from(text));
    previous = hashOf(bytes);
    return bytes;
  });
  return [journal, commits];
};
