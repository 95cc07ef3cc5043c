import { describe, expect, it } from 'vitest';
import { fillPage } from './fill-page.ts';

describe('a page', () => {
  it('has as many entries as are asked for', () => {
    expect(fillPage([1, 2, 3], 2, String)).toEqual(['1', '2']);
    expect(fillPage([1, 2, 3], 9, String)).toEqual(['1', '2', '3']);
  });

  it('has no more than fit into a message', () => {
    const long = Array.from({ length: 10 }, () => 'ü'.repeat(64 * 1024));
    expect(fillPage(long, 10, String)).toHaveLength(3);
  });
});
