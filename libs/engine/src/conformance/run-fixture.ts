import { DECISION_MODE, type FixtureMessage, type SignalFixture } from '@edict/contracts';
import { canonicalText } from '@edict/core';
import { messageOf, startOf } from './fixture-messages.ts';
import type { ConformancePort, ObservedSession, Submission } from './port.ts';
import { missingFrom } from './subset.ts';

export interface FixtureResult {
  readonly passed: boolean;
  /** What differed, one sentence each; empty when the fixture passed. */
  readonly failures: readonly string[];
}

/**
 * Plays a fixture and compares everything that the format can express (macp §5.5): each message's acceptance and
 * code, that a refused one left no trace, the final state, the resolution, the mode's state, and a replay of the
 * stored events. Whatever goes wrong is a failure of this fixture.
 */
export const runFixture = async (
  fixture: SignalFixture,
  port: ConformancePort,
  sessionId: string,
): Promise<FixtureResult> => {
  if (fixture.mode !== DECISION_MODE) {
    return result([`MODE_NOT_SUPPORTED: ${fixture.mode} is not supported; only ${DECISION_MODE} is`]);
  }
  try {
    const refused = await prepare(fixture, port, sessionId);
    return result(refused ?? (await play(fixture, port, sessionId)));
  } catch (error) {
    return result([`the engine failed: ${error instanceof Error ? error.message : String(error)}`]);
  }
};

const result = (failures: readonly string[]): FixtureResult => ({ passed: failures.length === 0, failures });

const prepare = async (
  fixture: SignalFixture,
  port: ConformancePort,
  sessionId: string,
): Promise<string[] | undefined> => {
  if (fixture.policy !== undefined) {
    const saved = await port.register(fixture.policy);
    if (!saved.accepted) return [`the policy was refused: ${saved.code} ${saved.message}`];
  }
  const started = await port.submit(startOf(fixture, sessionId));
  return started.accepted ? undefined : [`SessionStart was refused: ${started.code} ${started.message}`];
};

const play = async (fixture: SignalFixture, port: ConformancePort, sessionId: string): Promise<string[]> => {
  const failures: string[] = [];
  for (const [i, message] of fixture.messages.entries()) {
    const before = message.expect === 'reject' ? await port.observe(sessionId) : undefined;
    const submission = await port.submit(messageOf(fixture, sessionId, i + 1, message));
    failures.push(...submissionFailures(`m${i + 1} ${message.message_type}`, message, submission));
    if (submission.accepted || before === undefined) continue;
    if (!same(before, await port.observe(sessionId))) {
      failures.push(`m${i + 1} ${message.message_type}: was refused, and changed the session`);
    }
  }
  const final = await port.observe(sessionId);
  if (final === undefined) return [...failures, 'the session is not there at the end'];
  failures.push(...finalFailures(fixture, final));
  if (fixture.verify_replay_equivalence === false) return failures;
  if (!same(final, await port.replay(sessionId)))
    failures.push('the replayed session differs from the live one');
  return failures;
};

const submissionFailures = (label: string, message: FixtureMessage, submission: Submission): string[] => {
  const found = submission.accepted ? 'accept' : 'reject';
  if (found !== message.expect) {
    const why = submission.accepted ? '' : `: ${submission.code} ${submission.message}`;
    return [`${label}: expected ${message.expect}, found ${found}${why}`];
  }
  const { expected_error_code: code } = message;
  if (submission.accepted || code === undefined || code === submission.code) return [];
  return [`${label}: expected ${code}, found ${submission.code} ${submission.message}`];
};

const finalFailures = (fixture: SignalFixture, { view }: ObservedSession): string[] => {
  const failures: string[] = [];
  if (view.state !== fixture.expected_final_state) {
    failures.push(`final state: expected ${fixture.expected_final_state}, found ${view.state}`);
  }
  const present = view.resolution !== null;
  if (fixture.expect_resolution_present !== undefined && fixture.expect_resolution_present !== present) {
    failures.push(`resolution: expected ${fixture.expect_resolution_present ? 'one' : 'none'}`);
  }
  if (fixture.expected_resolution !== undefined) {
    failures.push(...missingFrom(fixture.expected_resolution, view.resolution, 'resolution'));
  }
  if (fixture.expected_mode_state !== undefined) {
    failures.push(...missingFrom(fixture.expected_mode_state, view, 'mode state'));
  }
  return failures;
};

const same = (a: ObservedSession | undefined, b: ObservedSession | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalText(a) === canonicalText(b);
