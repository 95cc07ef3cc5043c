import type { Entry, JournalName, Rejection } from '@edict/contracts';
import type { RespondText } from '@edict/engine';
import type { Incoming } from './incoming.ts';

/** A request whose body was read: what it is about, and how it is judged here. */
export interface Routed {
  /** The partition or workspace whose owner judges it. */
  readonly key: number | string;
  judge(respond: RespondText): void;
  /** Where it shows that it was judged before; absent for what must be asked by somebody who waits. */
  readonly trace?: Trace;
}

/** What a request that was recorded leaves in a journal, for those who ask again when its owner may have forgotten it. */
export interface Trace {
  readonly journal: JournalName;
  /** For how many milliseconds from its arrival on the owner itself knows a repeat. */
  readonly knownForMs: number;
  /** Whether an entry of the journal is the record of this request. */
  isIn(entry: Entry): boolean;
}

/** How a service reads the requests of one verb. */
export interface VerbHandler {
  /** Reads the body; a refusal is answered at once. */
  route(
    incoming: Incoming,
  ): { readonly ok: true; readonly value: Routed } | { readonly ok: false; readonly rejection: Rejection };
  /** The error reply of this verb, as JSON text. */
  errorText(rejection: Rejection): string;
}
