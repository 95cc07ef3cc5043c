import { expect, it } from 'vitest';
import { createAttention } from './attention.ts';

const followed = () => {
  const expected: Promise<unknown>[] = [];
  return { expected, ...createAttention((next) => expected.push(next)) };
};

it('expects the next request once the only one was answered, until it comes', async () => {
  const { came, answered, expected } = followed();
  came();
  expect(expected).toHaveLength(0);
  answered();
  expect(expected).toHaveLength(1);
  came();
  await expect(expected[0]).resolves.toBeUndefined();
});

it('expects nothing while others still wait for their answers', () => {
  const { came, answered, expected } = followed();
  for (let i = 0; i < 3; i++) came();
  answered();
  answered();
  expect(expected).toHaveLength(0);
  answered();
  expect(expected).toHaveLength(1);
});
