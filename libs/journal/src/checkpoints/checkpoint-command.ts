import type { JournalEvent } from '@edict/contracts';
import type { Decider, SpeculativeState } from '../decider.ts';

/** What a checkpoint's entry says: which snapshot holds the state that its journal had after a commit. */
export interface CheckpointCommand {
  readonly kind: 'checkpoint';
  readonly snapshot: string;
  readonly format: string;
  /** The commit after which the state was captured, and its hash. */
  readonly revision: number;
  readonly head: string;
  /** `sha256:` over all frames of the snapshot. */
  readonly hash: string;
  readonly frames: number;
  readonly bytes: number;
}

export const isCheckpoint = (command: unknown): command is CheckpointCommand =>
  typeof command === 'object' && command !== null && 'kind' in command && command.kind === 'checkpoint';

/** A decider that also takes checkpoints: entries without events, which change nothing and are answered plainly. */
export const withCheckpoints = <C, E extends JournalEvent, S extends SpeculativeState, F>(
  decider: Decider<C, E, S, F>,
): Decider<C, E, S, F> => ({
  ...decider,
  decide: (input, state) =>
    isCheckpoint(input.command) ? { ok: true, events: [], recorded: true } : decider.decide(input, state),
  flow: (command) => (isCheckpoint(command) ? '' : (decider.flow?.(command) ?? '')),
  key: (command, ws) => (isCheckpoint(command) ? undefined : decider.key(command, ws)),
  reply: (recorded) => (isCheckpoint(recorded.entry.command) ? '{}' : decider.reply(recorded)),
  encode: (command) =>
    isCheckpoint(command) || decider.encode === undefined ? JSON.stringify(command) : decider.encode(command),
  encodeFacts: (facts) =>
    facts === undefined || decider.encodeFacts === undefined ? facts : decider.encodeFacts(facts),
});
