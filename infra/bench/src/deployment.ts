import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectEdict, type Edict } from '@edict/sdk';
import { type BenchProcess, owned } from './processes.ts';
import { budgetDocument, decisionRequest, guardrailDocuments, WORKSPACE } from './traffic.ts';

const services = fileURLToPath(new URL('../../../services/', import.meta.url));
const START_MS = 30_000;

/** One service alone, as a process of its own. */
export const startService = (name: 'policy-store' | 'enforcer', url: string): BenchProcess =>
  start([`${services}${name}/src/main.ts`], { EDICT_NATS_URL: url });

/** `edict up` with its own server, as a user has it in a terminal. */
export const startEdict = (...args: readonly string[]): BenchProcess =>
  start([`${services}cli/bin/edict.js`, 'up', ...args], {});

const start = (command: readonly string[], settings: Readonly<Record<string, string>>): BenchProcess =>
  owned(
    spawn(process.execPath, [...command], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, ...settings },
    }),
  );

/** Saves the policies of the bench, and waits until requests are decided under them. */
export const installPolicies = async (url: string, reserveSeconds: number): Promise<void> => {
  const edict = await connectEdict({ url, workspace: WORKSPACE, name: 'bench set-up' });
  try {
    const revisions: number[] = [];
    for (const document of [...guardrailDocuments(), budgetDocument(reserveSeconds)]) {
      const saved = await repeatedly(() =>
        edict.policies.save(document, { actor: 'bench', reason: 'set-up' }),
      );
      revisions.push(saved.set_revision);
    }
    await everyPartitionAnswers(edict, Math.max(...revisions));
  } finally {
    await edict.close();
  }
};

/** Asks for each of the agents once: together they lie in all partitions. */
const everyPartitionAnswers = async (edict: Edict, revision: number): Promise<void> => {
  for (let number = 0; number < 64; number++) {
    const request = { ...decisionRequest('set-up', number), at_least_revision: revision };
    const reply = await repeatedly(() => edict.decide(request));
    if (!reply.decision) throw new Error(`the bench's own request is denied: ${JSON.stringify(reply)}`);
  }
};

/** Tries again while services start: until there is an answer that is not a retriable error. */
const repeatedly = async <
  R extends { readonly error?: { readonly retriable: boolean; readonly message: string } | undefined },
>(
  attempt: () => Promise<R>,
): Promise<Exclude<R, { readonly error: object }>> => {
  const end = performance.now() + START_MS;
  for (;;) {
    const reply = await attempt();
    if (reply.error === undefined) return reply as Exclude<R, { readonly error: object }>;
    if (!reply.error.retriable || performance.now() > end) throw new Error(reply.error.message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
