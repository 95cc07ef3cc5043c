/** A message that is no decision request. */
export interface Garbage {
  readonly name: string;
  readonly payload: Uint8Array | string;
}

const good = {
  request_id: 'g-1',
  subject: { type: 'agent', id: 'analyst' },
  action: { name: 'tool.invoke' },
  resource: { type: 'tool', id: 'ledger.read' },
  context: { cost: 1 },
};

const spoilt = (name: string, change: Readonly<Record<string, unknown>>): Garbage => ({
  name,
  payload: JSON.stringify({ ...good, ...change }),
});

/** JSON text around values that JSON.stringify can't write. */
const written = (name: string, context: string): Garbage => ({
  name,
  payload: JSON.stringify({ ...good, context: 'HERE' }).replace('"HERE"', context),
});

const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);

export const GARBAGE: readonly Garbage[] = [
  { name: 'nothing at all', payload: '' },
  { name: 'no JSON', payload: 'may I?' },
  { name: 'half of a JSON text', payload: '{"subject":{"type":' },
  { name: 'bytes that are no UTF-8', payload: Uint8Array.of(0x22, 0xff, 0xfe, 0x22) },
  { name: 'null', payload: 'null' },
  { name: 'an array', payload: '[]' },
  { name: 'a number', payload: '7' },
  { name: 'an empty object', payload: '{}' },
  spoilt('a subject that is a text', { subject: 'analyst' }),
  spoilt('no subject', { subject: undefined }),
  spoilt('an empty id', { subject: { type: 'agent', id: '' } }),
  spoilt('an id of 257 bytes', { subject: { type: 'agent', id: `${'é'.repeat(128)}x` } }),
  spoilt('an id that is a number', { request_id: 7 }),
  spoilt('a field that nobody knows', { please: true }),
  spoilt('a resource that does not fit the action', { resource: { type: 'domain', id: 'a.example' } }),
  spoilt('a negative cost', { context: { cost: -1 } }),
  spoilt('a cost that is a text', { context: { cost: '1' } }),
  spoilt('a cost above a billion', { context: { cost: 1_000_000_001 } }),
  spoilt('a cost with seven decimals', { context: { cost: 0.0000001 } }),
  spoilt('a revision that is no whole number', { at_least_revision: 1.5 }),
  spoilt('33 levels of nesting', { context: { deep: nested(33) } }),
  spoilt('more than 64 KiB', { context: { note: 'x'.repeat(65 * 1024) } }),
  written('NaN', '{"cost":NaN}'),
  written('Infinity', '{"cost":Infinity}'),
  written('a number beyond the floating point', '{"cost":1e999}'),
  written('a prototype as a key', '{"__proto__":{"admin":true}}'),
];
