import type { Row } from '../measure/sample.ts';
import type { BenchContext, Findings } from '../scenarios/scenario.ts';
import type { PeersInput } from '../tasks/evaluate-peers.ts';
import { runTask } from '../tasks/run-task.ts';
import { CASBIN_PACKAGE } from './casbin.ts';
import { CEDAR_PACKAGE } from './cedar.ts';
import { installPackages, notesOf, peersFolder } from './install.ts';
import { installOpa } from './opa/server.ts';
import { OPA_WASM_PACKAGE } from './opa/wasm.ts';

/** As many rules as P4's middle size; peers that look at every rule take milliseconds for more. */
const RULES = { short: [10, 1_000], normal: [10, 1_000], long: [10, 1_000, 10_000] } as const;
const PACKAGES = [CASBIN_PACKAGE, CEDAR_PACKAGE, OPA_WASM_PACKAGE];

/** Other engines in process, judging the exact tools of P4. */
export const measureEvaluators = async (context: BenchContext): Promise<Omit<Findings, 'goals'>> => {
  const { rounds, size, folder, say } = context;
  const packages = peersFolder();
  say(`    ${PACKAGES.join(', ')} in ${packages}`);
  await installPackages(packages, PACKAGES);
  const opa = await installOpa(context);
  const rows = await runTask<PeersInput, readonly Row[]>('evaluate-peers', {
    packages,
    opa: 'program' in opa ? opa.program : undefined,
    folder,
    rounds,
    rules: RULES[size],
  });
  return { rows, notes: notesOf(opa) };
};
