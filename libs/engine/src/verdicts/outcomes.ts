import type { OutcomeCommand, OutcomeReport, VerdictEvent } from '@edict/contracts';
import { outcomeCommand, recordedVerdict, releaseValue, replyWithValue, requestKey } from '@edict/core';
import type { Answer } from '@edict/journal';
import type { PolicyDirectory } from '../policies/policy-directory.ts';
import type { VerdictHost } from './verdict-desk.ts';

/**
 * The command for a report, with what was recorded about its request: the state keeps only what is open. To be
 * submitted at once: as long as the request's id is known, that of an outcome that it has had is known as well.
 */
export const prepareOutcome = async (
  host: VerdictHost,
  ws: string,
  report: OutcomeReport,
  deadline: number,
): Promise<OutcomeCommand> => {
  const key = requestKey(ws, report);
  let recorded = await host.recorded(key, deadline);
  // Reading takes time, in which both may be forgotten.
  while (recorded !== undefined && !host.knows(key)) recorded = await host.recorded(key, deadline);
  return outcomeCommand(report, recorded === undefined ? undefined : recordedVerdict(recorded));
};

/** The reply to an outcome, with the value as it may be passed on, made again from the sender's own copy. */
export const outcomeReply = (
  { reply, event }: Answer<VerdictEvent> & { readonly ok: true },
  command: OutcomeCommand,
  ws: string,
  directory: PolicyDirectory,
): string => {
  const request = command.recorded?.request;
  if (event?.type !== 'outcome.recorded' || request === undefined || command.value === undefined)
    return reply;
  const released = releaseValue({
    outcome: event.data,
    request,
    ws,
    claimsTrusted: command.recorded?.claims_trusted ?? false,
    value: command.value,
    setAt: (revision) => directory.at(ws, revision),
  });
  return released === undefined ? reply : replyWithValue(reply, released);
};
