import { expect, it } from 'vitest';
import { BOUNDS, MICRO } from './bounds.ts';

it('the bounds are those that the contract promises', () => {
  expect(BOUNDS).toMatchObject({
    requestBytes: 65_536,
    valueBytes: 65_536,
    documentBytes: 786_432,
    decisionDocumentBytes: 262_144,
    depth: 32,
    idBytes: 256,
    amount: 1_000_000_000,
    amountDecimals: 6,
    requestTimeoutMs: 5_000,
    requestTimeoutMaxMs: 60_000,
    retryWindowMs: 120_000,
    revisionWaitMs: 500,
    policyStaleMs: 5_000,
    sessionStartMs: 1_000,
    reserveForMs: 30_000,
    escalationWithinMs: 900_000,
    escalationWithinMaxMs: 86_400_000,
    escalationGraceMs: 5_000,
    reasons: 64,
    warnings: 64,
    documents: 256,
    partitions: 8,
  });
});

it('the largest amount is exact in millionths', () => {
  expect(MICRO).toBe(10 ** BOUNDS.amountDecimals);
  expect(Number.isSafeInteger(BOUNDS.amount * MICRO)).toBe(true);
});
