import * as z from 'zod';
import { JOURNAL_KINDS, type JournalName } from './addresses.ts';

/**
 * One commit of a journal: every command that was decided together, with its events.
 * Stored as this JSON text, and hashed over exactly those bytes. Number of the format: `v`.
 */
export interface Commit {
  readonly v: 1;
  readonly journal: JournalName;
  /** 1, 2, 3 … per journal. */
  readonly revision: number;
  /** `sha256:` + hex of the previous commit's bytes; the empty text for the first one. */
  readonly previous: string;
  /** Which semantics of the decider made it: equal numbers promise equal answers on replay. */
  readonly semantics: number;
  readonly entries: readonly Entry[];
}

/** One command with everything its decision depended on besides the state, and what came of it. */
export interface Entry<C = unknown, E = JournalEvent, F = unknown> {
  /** Unique per submission to a host: how an owner finds its own command after a lost acknowledgement. */
  readonly id: string;
  /** Milliseconds since 1970; never goes backwards within a journal. */
  readonly at: number;
  readonly ws: string;
  readonly command: C;
  readonly facts?: F;
  readonly events: readonly E[];
}

/** An event as it lies in a commit. Its place, and so its public id, is `<journal>/<revision>/<index>`. */
export interface JournalEvent {
  readonly type: string;
  readonly data: unknown;
}

/** Where something lies: the journal, the commit's own revision, the event's index over all entries of the commit. */
export const Receipt = z
  .object({
    journal: z.templateLiteral([z.enum(JOURNAL_KINDS), '.', z.string().min(1)]),
    revision: z.int().min(1),
    index: z.int().min(0),
  })
  .readonly();
export type Receipt = z.infer<typeof Receipt>;

export const placeText = ({ journal, revision, index }: Receipt): string => `${journal}/${revision}/${index}`;
