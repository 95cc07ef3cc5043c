import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outlineOf, type Wanted } from './json-outline.ts';

const parse = outlineOf('value');
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const outcome = (read: () => unknown): unknown => {
  try {
    return { value: read() };
  } catch {
    return 'not JSON';
  }
};
const agrees = (json: string): void => {
  const text = json.toWellFormed();
  expect(outcome(() => parse(bytes(text)))).toEqual(outcome(() => JSON.parse(text)));
};

describe('an outline of JSON', () => {
  it('of everything is what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(0, 1, '\t'), (json, indent) =>
        agrees(JSON.stringify(JSON.parse(json), null, indent)),
      ),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const piece = fc.constantFrom(
      ...['{', '}', '[', ']', ',', ':', ' ', '\n', '\f', '"', '\\', '\\n', '\\x', '\\u00e', 'é', '\u0001'],
      ...[
        '"a"',
        '"a":',
        '0',
        '-',
        '-0',
        '01',
        '1.',
        '.5',
        '1.5',
        '1e',
        '1E+9',
        'true',
        'nul',
        'null',
        'false',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => agrees(pieces.join(''))),
      { numRuns: 2_000 },
    );
    const cut = fc.tuple(fc.json(), fc.nat(), fc.nat({ max: 3 }), piece);
    fc.assert(
      fc.property(cut, ([json, at, length, put]) => {
        const from = at % (json.length + 1);
        agrees(json.slice(0, from) + put + json.slice(from + length));
      }),
      { numRuns: 2_000 },
    );
  });

  const read = (wanted: Wanted, text: string): unknown => outlineOf(wanted)(bytes(text));

  it('has only the members that are wanted, and texts as they stand', () => {
    const text = '{ "a": [ {"b": 1, "c": {"b": 2}}, {"c": [ 1e1,"ü" ]} ], "b": 3, "d": "\\u0041" }';
    expect(read({ a: [{ b: 'value', c: 'text' }], d: 'value' }, text)).toEqual({
      a: [{ b: 1, c: '{"b": 2}' }, { c: '[ 1e1,"ü" ]' }],
      d: 'A',
    });
  });

  it('finds a member by its name, whether or not that is escaped, and takes the last one of a name', () => {
    expect(read({ ab: 'value' }, '{"\\u0061b":1,"abc":2}')).toEqual({ ab: 1 });
    expect(read({ ab: 'value' }, '{"ab":1,"\\u0061b":2,"a":3}')).toEqual({ ab: 2 });
  });

  it('has a value as it is when that has another form than is wanted', () => {
    expect(read({ a: { b: 'value' }, c: ['value'] }, '{"a":null,"c":{"d":1}}')).toEqual({
      a: null,
      c: { d: 1 },
    });
  });
});
