import { isFault } from '@edict/contracts';
import { systemClock } from '@edict/journal';
import type { BundledOptions, BundledRequests, BytesDone } from './bundled-requests.ts';
import { createKnownOwners, type RequestKey } from './known-owners.ts';
import { RELAY_HEADERS } from './relay.ts';
import { silent } from './request-faults.ts';

export interface OwnerOptions extends BundledOptions {
  /**
   * Given, the owner of that is asked, as soon as it is known. The request must have an id of its own: it is sent a second
   * time when the owner falls silent.
   */
  readonly about?: RequestKey | undefined;
}

/**
 * Sends bundled requests straight to the members that own what they are about, once a reply has told who they are (ADR 18).
 * Where that leads nowhere, they go to the ordinary address after all, within the same time.
 */
export interface OwnerRequests {
  send(subject: string, payload: Uint8Array | string, options: OwnerOptions, done: BytesDone): void;
  /** Takes what the header of a reply says of owners. */
  learn(text: string): void;
}

export const createOwnerRequests = (bundled: BundledRequests): OwnerRequests => {
  const { monotonic } = systemClock;
  const owners = createKnownOwners(systemClock, (owner) => {
    for (const address of owner.addresses()) bundled.failAll(silent, address);
  });
  return {
    learn: owners.learn,
    send: (subject, payload, options, done) => {
      const owner = options.about && owners.of(options.about);
      const direct = owner?.addressFor(subject);
      if (owner === undefined || direct === undefined) {
        bundled.send(subject, payload, options, done);
        return;
      }
      const sent = monotonic();
      owner.asked();
      bundled.send(direct, payload, options, (fault, data) => {
        owner.settled(data !== undefined);
        if (isFault(fault, 'FORBIDDEN')) owners.giveUp();
        // Afterwards: first the rest of its bundle learns that nobody got it, which is more than that nobody answers.
        else if (isFault(fault, 'NO_RESPONDERS')) queueMicrotask(() => owners.avoid(owner));
        else if (!isFault(fault, 'SILENT')) return done(fault, data);
        const timeoutMs = Math.max(1, options.timeoutMs - (monotonic() - sent));
        const headers = {
          ...options.headers,
          [RELAY_HEADERS.timeout]: String(Math.ceil(timeoutMs)),
          ...(isFault(fault, 'SILENT') && { [RELAY_HEADERS.again]: '1' }),
        };
        return bundled.send(subject, payload, { timeoutMs, headers }, done);
      });
    },
  };
};
