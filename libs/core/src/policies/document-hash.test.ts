import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalText } from './canonical-text.ts';
import { documentHash, prepareDocument } from './document-hash.ts';

const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)));

const reordered = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(reordered);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reordered(inner)]),
  );
};

describe('the hash of a document', () => {
  it('is SHA-256 over the RFC 8785 form', () => {
    const example = JSON.parse(
      '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"literals":[null,true,false]}',
    );
    expect(canonicalText(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
    expect(documentHash({})).toBe('sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });

  it('never depends on the order of keys', () => {
    fc.assert(fc.property(json, (value) => documentHash(reordered(value)) === documentHash(value)));
  });

  it('differs when the documents differ in anything but key order', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const equal = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(documentHash(a) === documentHash(b)).toBe(equal);
      }),
    );
  });

  it('covers nested content (SW defect 16: a hash over top-level keys alone)', () => {
    expect(documentHash({ rules: { tools: ['a'] } })).not.toBe(documentHash({ rules: { tools: ['b'] } }));
  });
});

describe('a prepared document', () => {
  it('is a copy that later changes of the original do not reach (SW defect 1)', () => {
    const original = { policy_id: 'p', rules: { tools: { blocked_tools: ['rm'] } } };
    const prepared = prepareDocument(original);
    original.rules.tools.blocked_tools.pop();
    expect(prepared).toMatchObject({
      ok: true,
      value: { document: { rules: { tools: { blocked_tools: ['rm'] } } } },
    });
  });

  it('is frozen at every level (SW defect 2)', () => {
    const prepared = prepareDocument({ rules: { list: [{ deep: 1 }] } });
    const list = prepared.ok ? (prepared.value.document['rules'] as { list: { deep: number }[] }).list : [];
    expect(() => list.push({ deep: 2 })).toThrow(TypeError);
    expect(() => Object.assign(list[0] ?? {}, { deep: 2 })).toThrow(TypeError);
  });

  it('equals what is read back from its JSON text', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const prepared = prepareDocument(value);
        if (!prepared.ok) return;
        expect(prepared.value.document).toStrictEqual(JSON.parse(JSON.stringify(prepared.value.document)));
      }),
    );
  });

  it.each([
    ['NaN', { a: [Number.NaN] }, '/a/0'],
    ['Infinity', { a: Number.POSITIVE_INFINITY }, '/a'],
    ['a function', { a: () => 1 }, '/a'],
    ['a big integer', { a: 1n }, '/a'],
    ['a date', { a: new Date(0) }, '/a'],
    ['an unpaired surrogate', { a: '\ud800' }, '/a'],
    ['a key that names a prototype', JSON.parse('{"rules":{"__proto__":{"x":1}}}'), '/rules/__proto__'],
  ])('is refused with a pointer when it holds %s', (_name, value, path) => {
    expect(prepareDocument(value)).toMatchObject({ ok: false, rejection: { code: 'BAD_REQUEST', path } });
  });

  it('is refused when it holds itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(prepareDocument(loop)).toMatchObject({ ok: false, rejection: { code: 'BAD_REQUEST' } });
  });
});

/** Another way to say the same: entries in order of their keys, marked so that no list looks like an object. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, sorted(inner)] as const);
  return { entries: entries.sort(([a], [b]) => (a < b ? -1 : 1)) };
};
