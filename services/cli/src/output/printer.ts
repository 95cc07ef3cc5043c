import type { Stop } from '../stop.ts';
import { createStyle, type Style } from './style.ts';
import { visible, visibleText } from './visible.ts';

/** Where a verb's words go: documents or lines on stdout, diagnostics on stderr. */
export interface Printer {
  readonly style: Style;
  readonly json: boolean;
  /** Aborts when nobody reads what is said any more. */
  readonly closed: AbortSignal;
  /** One result: a document on one line for a machine, lines for a person, made of what a terminal may be given. */
  say<T>(document: T, render: (shown: T) => readonly string[]): void;
  /** Several results: a document per line for a machine; for a person, when there are any, lines about all of them. */
  sayAll<T>(documents: readonly T[], render: (shown: readonly T[]) => readonly string[]): void;
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
  const printLines = (lines: readonly string[]): void => {
    if (lines.length > 0) streams.out(`${lines.join('\n')}\n`);
  };
  const printer: Printer = {
    style,
    json,
    closed: streams.closed ?? new AbortController().signal,
    say: (document, render) => {
      if (json) streams.out(`${JSON.stringify(document)}\n`);
      else printLines(render(visible(document)));
    },
    sayAll: (documents, render) => {
      if (json) for (const document of documents) streams.out(`${JSON.stringify(document)}\n`);
      else if (documents.length > 0) printLines(render(visible(documents)));
    },
    note: (line) => streams.err(`${visibleText(line)}\n`),
    stop: (stop) => {
      const { advice: _, problems = [], ...details } = stop.details;
      if (json) {
        const error = { ...details, message: stop.message, ...(problems.length > 0 && { problems }) };
        streams.out(`${JSON.stringify({ error })}\n`);
      }
      streams.err(`${renderStop(stop, style).join('\n')}\n`);
    },
  };
  return printer;
};

/** Why a verb ended: a sentence, then every problem and what to do. One problem that the sentence is about only adds its place. */
const renderStop = ({ message, details }: Stop, style: Style): string[] => {
  const { advice = [], problems = [] } = details;
  const [first] = problems;
  const said = problems.length === 1 && first !== undefined && message.includes(first.message);
  const place = said && first.path !== '' ? ` (at ${first.path})` : '';
  return [
    `${style.bad('edict:')} ${visibleText(message + place)}`,
    ...visible(said ? [] : problems).map((one) => `  ${style.name(one.path || '/')}  ${one.message}`),
    ...advice.map((line) => `  ${visibleText(line)}`),
  ];
};
