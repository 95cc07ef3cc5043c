export { type AnchorCheck, anchorsOf, createAnchorCheck, type PlacedAnchor } from './anchor-check.ts';
export { type AnchoringOptions, anchoredJournals } from './anchored-journals.ts';
export { type Anchor, type Anchors, createMemoryAnchors } from './anchors.ts';
export { isBroken } from './broken.ts';
export { type CheckpointCommand, isCheckpoint } from './checkpoints/checkpoint-command.ts';
export { loadCheckpoint } from './checkpoints/load-checkpoint.ts';
export { createMemorySnapshots, type SealedSnapshot, type Snapshots } from './checkpoints/snapshots.ts';
export { type Clock, systemClock } from './clock.ts';
export { type ClockGuard, type ClockProbe, createClockGuard } from './clock-guard.ts';
export { assertFollows, EMPTY_HEAD, eventStarts, type Head, parseCommit } from './commit-text.ts';
export { createHost } from './create-host.ts';
export type {
  About,
  Decider,
  Decision,
  EventPlace,
  Input,
  Recorded,
  SpeculativeState,
} from './decider.ts';
export { foldCommit } from './fold-commit.ts';
export { sha256Text, shortDigest } from './hash.ts';
export { Host } from './host.ts';
export {
  type Answer,
  type Checkpointing,
  type CommittedEvent,
  type FactsOf,
  HOST_LIMITS,
  type HostLimits,
  type HostOptions,
  type HostStatus,
  type Respond,
  type Submission,
  type TakenCheckpoint,
  type Unfit,
} from './host-options.ts';
export {
  assertPurgeable,
  type Journal,
  type OpenJournal,
  purgedBelow,
  type StoredCommit,
} from './journal.ts';
export { createMemoryJournals, type MemoryJournals } from './memory-journal.ts';
export { type OpenCommit, openCommit } from './open-commit.ts';
export { type SearchStart, searchEntries } from './search-entries.ts';
export type { StoredEntry } from './stored-entry.ts';
export { unpack } from './stored-form.ts';
