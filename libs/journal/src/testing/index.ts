export { describeAnchors } from './anchors-contract.ts';
export { type AppendFault, createFaultyJournal, type FaultyJournal } from './faulty-journal.ts';
export { describeJournal, type JournalFixture } from './journal-contract.ts';
export { describeSnapshots } from './snapshots-contract.ts';
export { createStepClock, type StepClock, settled } from './step-clock.ts';
export {
  TALLY_LIMIT,
  type TallyCommand,
  type TallyEvent,
  type TallyState,
  tallyDecider,
} from './tally-decider.ts';
