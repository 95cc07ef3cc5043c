/** The numbers of the contract, in one place. Sizes are bytes, durations milliseconds. */
export const BOUNDS = {
  requestBytes: 64 * 1024,
  valueBytes: 64 * 1024,
  documentBytes: 768 * 1024,
  decisionDocumentBytes: 256 * 1024,
  signalBytes: 1024 * 1024,
  depth: 32,
  idBytes: 256,
  amount: 1e9,
  amountDecimals: 6,
  requestTimeoutMs: 5_000,
  requestTimeoutMaxMs: 60_000,
  retryWindowMs: 120_000,
  revisionWaitMs: 500,
  policyStaleMs: 5_000,
  clockToleranceMs: 2_000,
  sessionStartMs: 1_000,
  reserveForMs: 30_000,
  escalationWithinMs: 15 * 60_000,
  escalationWithinMaxMs: 24 * 3_600_000,
  escalationGraceMs: 5_000,
  reasons: 64,
  warnings: 64,
  documents: 256,
  partitions: 8,
} as const;

/** Amounts are whole millionths inside, so that sums are exact. */
export const MICRO = 1_000_000;
