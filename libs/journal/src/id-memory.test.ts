import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortDigest } from './hash.ts';
import { createIdMemory } from './id-memory.ts';

const WINDOW_MS = 1_000;
const digest = (id: string): string => shortDigest(id);

describe('the id memory', () => {
  it('finds what it was told, and nothing else', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 100_000 });
    for (let i = 0; i < 50_000; i++) memory.remember(digest(`r-${i}`), { revision: i + 1, index: i % 7 }, 0);
    for (let i = 0; i < 50_000; i++)
      expect(memory.find(digest(`r-${i}`))).toEqual({ revision: i + 1, index: i % 7 });
    expect(memory.find(digest('another'))).toBeUndefined();
    expect(memory.size).toBe(50_000);
  });

  it('replaces the place of a reply when a later event answers', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 10 });
    memory.remember(digest('r'), { revision: 1, index: 0 }, 0);
    memory.remember(digest('r'), { revision: 9, index: 3 }, 600);
    expect(memory.find(digest('r'))).toEqual({ revision: 9, index: 3 });
  });

  it('does not come to know an id by a touch', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 10 });
    memory.touch(digest('r'), 0);
    expect(memory.find(digest('r'))).toBeUndefined();
  });

  it('comes to know a forgotten id again by a touch that says where its reply lies', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 10 });
    memory.touch(digest('r'), 5_000, { revision: 2, index: 1 });
    expect(memory.find(digest('r'))).toEqual({ revision: 2, index: 1 });
  });

  it('keeps the place that it knows when a touch names another', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 10 });
    memory.remember(digest('r'), { revision: 9, index: 0 }, 0);
    memory.touch(digest('r'), 1, { revision: 2, index: 1 });
    expect(memory.find(digest('r'))).toEqual({ revision: 9, index: 0 });
  });

  it('never forgets an id within the window of its last event, and forgets it at last', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }), (steps) => {
        const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 1_000_000 });
        let now = 0;
        memory.remember(digest('kept'), { revision: 1, index: 0 }, now);
        let last = now;
        for (const [i, step] of steps.entries()) {
          now += step;
          memory.remember(digest(`other-${i}`), { revision: i + 2, index: 0 }, now);
          if (now - last <= WINDOW_MS) expect(memory.find(digest('kept'))).toBeDefined();
          if (i % 3 === 0 && memory.find(digest('kept')) !== undefined) {
            memory.touch(digest('kept'), now);
            last = now;
          }
        }
        for (let i = 0; i < 8; i++) {
          now += WINDOW_MS / 2;
          memory.remember(digest(`late-${i}`), { revision: 1, index: 0 }, now);
        }
        expect(memory.find(digest('kept'))).toBeUndefined();
      }),
    );
  });

  it('is full at its capacity until the window has passed', () => {
    const memory = createIdMemory({ windowMs: WINDOW_MS, capacity: 2 });
    memory.remember(digest('a'), { revision: 1, index: 0 }, 0);
    memory.remember(digest('b'), { revision: 2, index: 0 }, 0);
    expect(memory.full(WINDOW_MS)).toBe(true);
    expect(memory.full(WINDOW_MS * 2)).toBe(false);
  });
});
