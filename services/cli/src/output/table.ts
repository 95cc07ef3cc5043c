import { stripVTControlCharacters } from 'node:util';

const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length;

/** Rows as lines, each column as wide as its widest cell. Colours do not count. */
export const alignColumns = (rows: readonly (readonly string[])[], indent = ''): string[] => {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, widthOf(cell));
    });
  }
  return rows.map((row) =>
    (indent + row.map((cell, column) => padTo(cell, widths[column] ?? 0)).join('  ')).trimEnd(),
  );
};

const padTo = (cell: string, width: number): string => cell + ' '.repeat(Math.max(0, width - widthOf(cell)));

/** A label and its value per line; facts that are not known are left out. */
export const alignFacts = (
  facts: readonly (readonly [label: string, value: string | undefined])[],
  indent = '',
): string[] =>
  alignColumns(
    facts.flatMap(([label, value]) => (value === undefined ? [] : [[label, value]])),
    indent,
  );

/** `1 policy`, `2 policies`. */
export const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
