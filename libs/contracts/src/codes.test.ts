import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorCode, errorBody } from './codes.ts';

const codes = Object.keys(ERROR_CODES) as ErrorCode[];
const having = (fits: (code: ErrorCode) => boolean): string[] => codes.filter(fits).sort();

describe('every error code', () => {
  it.each(codes)('%s has a status of an error and an exit that is no success', (code) => {
    const { status, exit, retriable } = ERROR_CODES[code];
    expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect([1, 2, 3]).toContain(exit);
    expect(typeof retriable).toBe('boolean');
  });

  it('is retriable only where nothing was decided for good: those of the contract, and faults of the surroundings', () => {
    const ofTheContract = [
      'DEADLINE',
      'OVERLOADED',
      'POLICY_STALE',
      'REVISION_NOT_REACHED',
      'SESSION_PENDING',
    ];
    const ofTheSurroundings = ['CLOCK_SKEWED', 'UNAVAILABLE', 'INTERNAL_ERROR'];
    expect(having((code) => ERROR_CODES[code].retriable)).toEqual(
      [...ofTheContract, ...ofTheSurroundings].sort(),
    );
  });

  it('that may be retried exits as unavailable, because another time it may go well', () => {
    for (const code of having((code) => ERROR_CODES[code].retriable)) {
      expect(ERROR_CODES[code as ErrorCode].exit).toBe(3);
    }
  });

  it('of bad input exits 2, and one that says no exits 1', () => {
    for (const code of having((code) => [400, 404, 413].includes(ERROR_CODES[code].status))) {
      expect([code, ERROR_CODES[code as ErrorCode].exit]).toEqual([code, 2]);
    }
    for (const code of having((code) => [401, 403].includes(ERROR_CODES[code].status))) {
      expect([code, ERROR_CODES[code as ErrorCode].exit]).toEqual([code, 1]);
    }
  });

  it.each([
    ['UNAUTHENTICATED', 401],
    ['FORBIDDEN', 403],
    ['POLICY_DENIED', 403],
    ['SESSION_NOT_FOUND', 404],
    ['UNKNOWN_POLICY_VERSION', 404],
    ['SESSION_NOT_OPEN', 409],
    ['SESSION_ALREADY_EXISTS', 409],
    ['INVALID_ENVELOPE', 400],
    ['INVALID_SESSION_ID', 400],
    ['UNSUPPORTED_PROTOCOL_VERSION', 400],
    ['MODE_NOT_SUPPORTED', 400],
    ['INVALID_POLICY_DEFINITION', 400],
    ['PAYLOAD_TOO_LARGE', 413],
    ['INTERNAL_ERROR', 500],
  ] as const)('macp 3.4 %s has status %i', (code, status) => {
    expect(ERROR_CODES[code].status).toBe(status);
  });

  it.each([
    ['BAD_REQUEST', 400],
    ['IDENTITY_MISMATCH', 403],
    ['REQUEST_ID_REUSED', 409],
    ['REQUEST_NOT_FOUND', 404],
    ['OUTCOME_NOT_ALLOWED', 409],
    ['OUTCOME_REUSED', 409],
    ['POLICY_INVALID', 400],
    ['UNSUPPORTED', 400],
    ['REVISION_CONFLICT', 409],
    ['POLICY_NOT_FOUND', 404],
    ['JOURNAL_AHEAD', 500],
  ] as const)('of the contract %s has status %i', (code, status) => {
    expect(ERROR_CODES[code].status).toBe(status);
  });
});

describe('the error of a reply', () => {
  it('is the refusal, and says whether it may be tried again', () => {
    expect(errorBody({ code: 'OVERLOADED', message: 'full' })).toEqual({
      code: 'OVERLOADED',
      message: 'full',
      retriable: true,
    });
    expect(
      errorBody({ code: 'REVISION_CONFLICT', message: 'moved', path: '/a', current_revision: 3 }),
    ).toEqual({
      code: 'REVISION_CONFLICT',
      message: 'moved',
      path: '/a',
      current_revision: 3,
      retriable: false,
    });
  });
});
