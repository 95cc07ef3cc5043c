import { open, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@edict/nats/testing';
import type { BenchContext } from '../../scenarios/scenario.ts';
import { decisionRequest } from '../../workload/traffic.ts';
import { type Installed, installProgram, runTool } from '../install.ts';
import { type PeerServer, startServer } from '../server.ts';
import { opaData, SERVER_POLICY } from './policies.ts';

const VERSION = '1.22.2';
const CHECKED = 256;

/** Asked for by several scenarios, built once. */
export const installOpa = ({ once, say }: BenchContext): Promise<Installed> =>
  once('opa', () =>
    installProgram(
      {
        name: 'opa',
        version: VERSION,
        build: async (folder) => {
          const source = `github.com/open-policy-agent/opa@v${VERSION}`;
          await runTool('go', ['install', source], { GOBIN: join(folder, 'bin') });
        },
      },
      say,
    ),
  );

/** The 1,000 rules of the bench as data, by a server that has answered 256 requests right; its log grows in the folder. */
export const startOpa = async (
  { folder }: BenchContext,
  program: string,
  { logs }: { readonly logs: boolean },
): Promise<PeerServer> => {
  const policy = join(folder, 'opa.rego');
  const data = join(folder, 'opa.json');
  const log = join(folder, `opa-${logs ? 'decisions' : 'errors'}.log`);
  await writeFile(policy, SERVER_POLICY);
  await writeFile(data, JSON.stringify(opaData()));
  const port = await freePort();
  // Appended to, so that it can be cut while it is written.
  const written = await open(log, 'a');
  const flags = ['--addr', `127.0.0.1:${port}`, '--log-level', 'error', '--skip-version-check'];
  const set = logs ? ['--set', 'decision_logs.console=true'] : [];
  try {
    const server = await startServer({
      port,
      program,
      args: ['run', '--server', ...flags, ...set, policy, data],
      stderr: written.fd,
      settled: () => truncate(log),
    });
    await checkAnswers(port, logs ? log : undefined).catch(async (error: unknown) => {
      await server.kill();
      throw error;
    });
    return server;
  } finally {
    await written.close();
  }
};

/** Two of four are allowed, one is blocked, one is matched by nothing; all of them are in the log. */
const checkAnswers = async (port: number, log: string | undefined): Promise<void> => {
  for (let number = 0; number < CHECKED; number++) {
    const { resource, ...rest } = decisionRequest('checked', number);
    const which = number % 4;
    const id = [resource.id, resource.id, `danger-${number % 5}-1.run`, `unknown-${number}.run`][which];
    const reply = await fetch(`http://127.0.0.1:${port}/v1/data/bench/allow`, {
      method: 'POST',
      body: JSON.stringify({ input: { ...rest, resource: { ...resource, id } } }),
    });
    const { result } = (await reply.json()) as { result?: boolean };
    if (result !== which < 2) throw new Error(`OPA says ${result} of ${id}`);
  }
  if (log === undefined) return;
  const logged = (await readFile(log, 'latin1')).split('"decision_id"').length - 1;
  if (logged !== CHECKED) throw new Error(`OPA logged ${logged} of ${CHECKED} decisions`);
};
