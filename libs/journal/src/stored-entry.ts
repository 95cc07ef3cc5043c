import type { Entry, JournalEvent } from '@edict/contracts';

/** An entry as it is stored. */
export interface StoredEntry extends Entry {
  /** Whether exactly this JSON text was stored as its events. */
  holds(eventsText: string): boolean;
}

/** An entry of a parsed commit. */
export const parsedEntry = (entry: Entry): StoredEntry => ({
  ...entry,
  holds: (eventsText) => JSON.stringify(entry.events) === eventsText,
});

const EVENTS = ',"events":[';
const NEXT = '},{"id":"';
const LAST = '}]}';

/**
 * Reads an entry where it begins in a commit's text; `undefined` when that is not written as hosts write it.
 * No JSON text of a list or object begins with another one, so whatever parses as one is all of it.
 */
export const readEntry = (
  text: string,
  start: number,
  parseEvents: () => readonly JournalEvent[],
): WrittenEntry | undefined => {
  const comma = text.indexOf(EVENTS, start);
  // Unless the comma separates two of the entry's own fields, braces stay open.
  const fields = comma === -1 ? undefined : jsonOf<Omit<Entry, 'events'>>(`${text.slice(start, comma)}}`);
  if (fields === undefined) return undefined;
  return new WrittenEntry(fields, { text, from: comma + EVENTS.length - 1 }, parseEvents);
};

/** An entry in its commit's text, its events not parsed yet. */
export class WrittenEntry implements StoredEntry {
  readonly id: string;
  readonly at: number;
  readonly ws: string;
  readonly command: unknown;
  readonly facts: unknown;
  readonly #text: string;
  readonly #from: number;
  readonly #parseEvents: () => readonly JournalEvent[];
  #events: readonly JournalEvent[] | undefined;
  /** Where the events end. */
  #close: number | undefined;

  constructor(
    { id, at, ws, command, facts }: Omit<Entry, 'events'>,
    { text, from }: { readonly text: string; readonly from: number },
    parseEvents: () => readonly JournalEvent[],
  ) {
    this.id = id;
    this.at = at;
    this.ws = ws;
    this.command = command;
    this.facts = facts;
    this.#text = text;
    this.#from = from;
    this.#parseEvents = parseEvents;
  }

  holds(eventsText: string): boolean {
    const close = this.#from + eventsText.length;
    if (this.#text.slice(this.#from, close) === eventsText && this.#endsAt(close)) {
      this.#close = close;
      return true;
    }
    return JSON.stringify(this.events) === eventsText;
  }

  get events(): readonly JournalEvent[] {
    this.#events ??= this.#readEvents() ?? this.#parseEvents();
    return this.#events;
  }

  /** Where the next entry begins, or the text ends; `undefined` when that cannot be told. */
  get end(): number | undefined {
    if (this.#close === undefined) this.#readEvents();
    if (this.#close === undefined) return undefined;
    return this.#close + LAST.length === this.#text.length ? this.#text.length : this.#close + '},'.length;
  }

  #readEvents(): readonly JournalEvent[] | undefined {
    const next = this.#text.indexOf(`]${NEXT}`, this.#from);
    const close = next === -1 ? this.#text.length - LAST.length : next + 1;
    if (!this.#endsAt(close)) return undefined;
    const events = jsonOf<readonly JournalEvent[]>(this.#text.slice(this.#from, close));
    if (events !== undefined) this.#close = close;
    return events;
  }

  /** Whether an entry whose events end there is followed by another one, or is the last. */
  #endsAt(close: number): boolean {
    const behind = this.#text.slice(close, close + NEXT.length);
    return behind === NEXT || behind === LAST;
  }
}

const jsonOf = <T>(text: string): T | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
