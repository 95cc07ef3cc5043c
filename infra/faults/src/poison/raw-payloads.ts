import fc from 'fast-check';
import { goodRequest, UNHEARD_TOOL } from './good-request.ts';
import { anyJson } from './near-schema.ts';

const encoder = new TextEncoder();

/** Texts that no parser likes, whatever they were meant to be. */
export const rawPayload: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom(1, 100, 10_000, 30_000, 400_000).map((depth) => encoder.encode('['.repeat(depth))),
  fc
    .constantFrom(10, 33, 10_000, 30_000)
    .map((depth) => encoder.encode(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`)),
  fc.constantFrom(64, 65, 800).map((kib) => encoder.encode(`{"note":"${'x'.repeat(kib * 1_024)}"}`)),
  fc
    .constantFrom('', ' ', 'null', '[]', '7', '"x"', '{', 'NaN', '{"a":1e999}', '\ufeff{}', '{"a":1,"a":2}')
    .map((text) => encoder.encode(text)),
  // Half a surrogate in UTF-8, which is not UTF-8, and half of one as an escape, which is JSON.
  fc
    .constantFrom([0x22, 0xed, 0xa0, 0x80, 0x22], [0xff, 0xfe], [0xc0, 0x80])
    .map((bytes) => Uint8Array.from(bytes)),
  anyJson.map((value) => encoder.encode(JSON.stringify(value))),
);

/** A good text with some of its bytes changed. */
export const damaged: fc.Arbitrary<Uint8Array> = fc
  .tuple(fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }), fc.nat())
  .map(([changes, cut]) => {
    // What damage leaves whole asks for what nobody allows.
    const text = { ...goodRequest('damaged'), resource: { type: 'tool', id: UNHEARD_TOOL } };
    const bytes = encoder.encode(JSON.stringify(text));
    for (const [at, value] of changes) bytes[at % bytes.length] = value;
    return cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes;
  });
