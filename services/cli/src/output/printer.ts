import type { Stop } from '../stop.ts';
import { createStyle, type Style } from './style.ts';

/** Where a verb's words go: documents or lines on stdout, diagnostics on stderr. */
export interface Printer {
  readonly style: Style;
  readonly json: boolean;
  /** Aborts when nobody reads what is said any more. */
  readonly closed: AbortSignal;
  /** One result: a document on one line for a machine, the lines for a person. */
  say(document: unknown, lines: readonly string[]): void;
  /** Something to know that is no result. */
  note(line: string): void;
  /** Why the verb ended early. */
  stop(stop: Stop): void;
}

export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly coloured: boolean;
  readonly closed?: AbortSignal;
}

/** With `json` exactly one JSON document per line goes to stdout, an error included. */
export const createPrinter = (streams: Streams, json: boolean): Printer => {
  const style = createStyle(streams.coloured && !json);
  const printer: Printer = {
    style,
    json,
    closed: streams.closed ?? new AbortController().signal,
    say: (document, lines) => {
      if (json) streams.out(`${JSON.stringify(document)}\n`);
      else if (lines.length > 0) streams.out(`${lines.join('\n')}\n`);
    },
    note: (line) => streams.err(`${line}\n`),
    stop: (stop) => {
      const { advice = [], problems = [], ...details } = stop.details;
      if (json) {
        const error = { ...details, message: stop.message, ...(problems.length > 0 && { problems }) };
        streams.out(`${JSON.stringify({ error })}\n`);
      }
      streams.err(`${style.bad('edict:')} ${stop.message}\n`);
      for (const { path, message } of problems) streams.err(`  ${style.name(path || '/')}  ${message}\n`);
      for (const line of advice) streams.err(`  ${line}\n`);
    },
  };
  return printer;
};
