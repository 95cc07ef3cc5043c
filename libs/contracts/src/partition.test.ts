import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partitionOf, principalKey, sessionPartitionKey, stableHash } from './partition.ts';

const id = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 20 })
  .filter((text) => !text.includes('\u0000'));
const principal = fc.record({ ws: id, type: id, id });

/** A value that changes here moves histories to other journals: limits would be forgotten, and repeats decided twice. */
describe('where a history lies never changes', () => {
  it.each([
    ['', 1_572_119_809],
    ['a', 3_622_334_038],
    ['default\u0000agent\u0000analyst', 829_747_840],
    ['default\u0000user\u0000jürgen', 3_330_098_617],
    ['東京', 3_303_400_309],
    ['\u{1F600}', 3_319_134_526],
    ['x'.repeat(256), 958_828_905],
  ])('%j has the hash that it has always had', (text, hash) => {
    expect(stableHash(text)).toBe(hash);
  });

  it.each([
    ['default', 'agent', 'analyst', 0],
    ['default', 'agent', 'payments-bot', 0],
    ['default', 'user', 'jürgen', 1],
    ['tenant.a', 'service', '東京 *', 1],
    ['*', 'agent', '\u{1F600}', 7],
  ])('in %s, %s %s stays in its partition of eight', (ws, type, id, partition) => {
    expect(partitionOf(principalKey({ ws, type, id }), 8)).toBe(partition);
  });

  it.each([
    ['default', 's-1', 7],
    ['default', 'esc-0123456789abcdef', 5],
    ['tenant.a', 'Sitzung №1', 7],
  ])('in %s, session %s stays in its partition of eight', (ws, session, partition) => {
    expect(partitionOf(sessionPartitionKey(ws, session), 8)).toBe(partition);
  });
});

describe('partitions', () => {
  it('are whole numbers below their count, for every text and count', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 4_096 }), (text, count) => {
        const partition = partitionOf(text, count);
        return Number.isInteger(partition) && partition >= 0 && partition < count;
      }),
    );
  });

  it.each([
    ['principals', (i: number) => principalKey({ ws: 'default', type: 'agent', id: `agent-${i}` })],
    ['workspaces', (i: number) => principalKey({ ws: `tenant-${i}`, type: 'agent', id: 'bot' })],
    ['sessions', (i: number) => sessionPartitionKey('default', `s-${i}`)],
  ])('share %s that are merely numbered about evenly', (_what, key) => {
    const counts = new Map<number, number>();
    for (let i = 0; i < 8_000; i++) {
      const partition = partitionOf(key(i), 8);
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    }
    expect(counts.size).toBe(8);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });
});

describe('the key of a principal', () => {
  it('is different for different principals, wherever one name ends and the next begins', () => {
    fc.assert(
      fc.property(principal, principal, (a, b) => {
        const same = a.ws === b.ws && a.type === b.type && a.id === b.id;
        expect(principalKey(a) === principalKey(b)).toBe(same);
      }),
    );
    expect(principalKey({ ws: 'a', type: 'bc', id: 'd' })).not.toBe(
      principalKey({ ws: 'ab', type: 'c', id: 'd' }),
    );
  });

  it('is the same for a workspace that has U+0000 in its name, and only for it', () => {
    const odd = principalKey({ ws: 'a\u0000b', type: 'c', id: 'd' });
    expect(odd).not.toBe(principalKey({ ws: 'a', type: 'b', id: 'c' }));
    expect(odd.split('\u0000').slice(-2)).toEqual(['c', 'd']);
  });
});
