import { auditVerify } from './commands/audit-verify.ts';
import { createConformanceMacp } from './commands/conformance.ts';
import { decide } from './commands/decide.ts';
import { health } from './commands/health.ts';
import { historyReplay } from './commands/history-replay.ts';
import { policyDelete, policyEnforcement, policyRestore, policyRollback } from './commands/policy-change.ts';
import { policyLint } from './commands/policy-lint.ts';
import { policyDiff, policyGet, policyHistory, policyList } from './commands/policy-read.ts';
import { policySave } from './commands/policy-save.ts';
import { policyTest } from './commands/policy-test.ts';
import { sessionSend, sessionStart } from './commands/session-send.ts';
import { sessionList, sessionShow } from './commands/session-show.ts';
import { createUp, type StartDeployment } from './commands/up.ts';
import { verdictList, verdictShow } from './commands/verdict.ts';
import { watch } from './commands/watch.ts';
import { workspaceSet, workspaceShow } from './commands/workspace.ts';
import type { Verb } from './verb.ts';

/** Loaded only by those who start services: the other verbs begin sooner without them. */
const startDeployment: StartDeployment = async (options) =>
  (await import('./up/start-deployment.ts')).startDeployment(options);

/** Every verb, in the order in which the help names them. */
export const VERBS: readonly Verb[] = [
  createUp(startDeployment),
  decide,
  policySave,
  policyGet,
  policyList,
  policyHistory,
  policyDiff,
  policyRollback,
  policyDelete,
  policyRestore,
  policyEnforcement,
  policyLint,
  policyTest,
  sessionStart,
  sessionSend,
  sessionShow,
  sessionList,
  verdictList,
  verdictShow,
  historyReplay,
  auditVerify,
  createConformanceMacp(startDeployment),
  workspaceSet,
  workspaceShow,
  watch,
  health,
];
