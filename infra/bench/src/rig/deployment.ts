import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { connectEdge } from '@edict/nats';
import { busTransport, createEdict, type Edict } from '@edict/sdk';
import { decisionRequest } from '../workload/traffic.ts';
import { type BenchProcess, owned } from './processes.ts';

const services = fileURLToPath(new URL('../../../../services/', import.meta.url));
const START_MS = 60_000;
/** So many saves wait for each other's answers at a time. */
const SAVES_AT_ONCE = 64;

export type Service = 'policy-store' | 'enforcer' | 'aggregator' | 'projector';

/** One service alone, as a process of its own. */
export const startService = (
  name: Service,
  url: string,
  {
    flags = [],
    settings = {},
  }: { flags?: readonly string[]; settings?: Readonly<Record<string, string>> } = {},
): BenchProcess =>
  start([...flags, `${services}${name}/src/main.ts`], {
    EDICT_NATS_URL: url,
    EDICT_LOG_LEVEL: 'error',
    ...settings,
  });

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

/** Documents by workspace. */
export type Policies = ReadonlyMap<string, readonly object[]>;

/** Saves policies, and waits until requests of each workspace are decided under them. */
export const installPolicies = async (url: string, policies: Policies): Promise<void> => {
  const transport = busTransport(await repeatedlyConnected(url));
  try {
    const jobs = [...policies].map(
      ([workspace, documents]) =>
        () =>
          installWorkspace(createEdict(transport, { workspace }), documents, policies.size),
    );
    await inParallel(SAVES_AT_ONCE, jobs);
  } finally {
    await transport.close();
  }
};

/** Waits until a request of a workspace is decided. */
export const firstDecision = async (url: string, workspace: string): Promise<void> => {
  const transport = busTransport(await repeatedlyConnected(url));
  try {
    const edict = createEdict(transport, { workspace });
    await repeatedly(() => edict.decide(decisionRequest('first', Date.now())));
  } finally {
    await transport.close();
  }
};

const installWorkspace = async (
  edict: Edict,
  documents: readonly object[],
  workspaces: number,
): Promise<void> => {
  let revision = 0;
  const save = (document: object) => async (): Promise<void> => {
    const saved = await repeatedly(() => edict.policies.save(document, { actor: 'bench', reason: 'set-up' }));
    revision = Math.max(revision, saved.set_revision);
  };
  await inParallel(SAVES_AT_ONCE, documents.map(save));
  // Together these agents lie in all partitions; where there are many workspaces, those together do.
  for (let number = 0; number < (workspaces > 8 ? 1 : 64); number++) {
    const request = { ...decisionRequest('set-up', number), at_least_revision: revision };
    const reply = await repeatedly(() => edict.decide(request));
    if (!reply.decision) throw new Error(`the bench's own request is denied: ${JSON.stringify(reply)}`);
  }
};

const inParallel = async (width: number, jobs: readonly (() => Promise<void>)[]): Promise<void> => {
  const waiting = jobs[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (const job of waiting) await job();
  };
  await Promise.all(Array.from({ length: width }, lane));
};

const repeatedlyConnected = async (url: string) => {
  for (const end = performance.now() + START_MS; ; ) {
    try {
      return await connectEdge({ url, name: 'bench set-up', connectTimeoutMs: 500 });
    } catch (error) {
      if (performance.now() > end) throw error;
      await elapsed(50);
    }
  }
};

/** Tries again while services start: until there is an answer that is not a retriable error. */
const repeatedly = async <
  R extends { readonly error?: { readonly retriable: boolean; readonly message: string } | undefined },
>(
  attempt: () => Promise<R>,
): Promise<Exclude<R, { readonly error: object }>> => {
  for (const end = performance.now() + START_MS; ; ) {
    const reply = await attempt();
    if (reply.error === undefined) return reply as Exclude<R, { readonly error: object }>;
    if (!reply.error.retriable || performance.now() > end) throw new Error(reply.error.message);
    await elapsed(100);
  }
};

const elapsed = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
