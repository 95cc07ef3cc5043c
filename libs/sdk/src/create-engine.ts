import { Fault, parseRequestAddress, type Verb } from '@edict/contracts';
import { createInProcessEngine, type Envelope, type InProcessEngine } from '@edict/engine';
import { createEdict, type Edict } from './edict.ts';
import type { Done, Transport } from './transport.ts';

export interface EngineOptions {
  readonly workspace?: string;
  /** Documents to save before anything is asked, in order. */
  readonly policies?: readonly unknown[];
}

/** The same verbs as on the bus, without the live feed and what is answered there. */
export type Engine = Omit<Edict, 'watch' | 'policyChanges' | 'submit'>;

/**
 * The engine in this process, on journals in memory: the same deciders as on the bus, no broker, nothing kept.
 * Rejects with the Fault of the refusal, `POLICY_INVALID` for one, when a document cannot be saved.
 */
export const createEngine = async ({
  workspace = 'default',
  policies = [],
}: EngineOptions = {}): Promise<Engine> => {
  const engine = await createInProcessEngine();
  const edict = createEdict(engineTransport(engine), { workspace });
  for (const document of policies) {
    const saved = await edict.policies.save(document);
    if (saved.error === undefined) continue;
    await engine.close();
    throw new Fault(saved.error.code, saved.error.message, { cause: saved.error });
  }
  return edict;
};

const notWithin = (address: string, timeoutMs: number): Fault =>
  new Fault('TIMEOUT', `no reply from ${address} within ${timeoutMs} ms`, { retriable: true });

/** An engine as a bus: an address picks the verb and the workspace. */
const engineTransport = (engine: InProcessEngine): Transport => {
  const call: Record<Verb, (text: string, envelope: Envelope) => Promise<string>> = {
    decide: engine.decide,
    outcome: engine.outcome,
    signal: engine.signal,
    policy: engine.policy,
  };
  const encoder = new TextEncoder();
  return {
    request: (address, payload, { timeoutMs }, done) => {
      const to = parseRequestAddress(address);
      if (to === undefined) {
        done(new Fault('UNAVAILABLE', `${address} is no address of the engine`), undefined);
        return;
      }
      const { verb, ws, as } = to;
      // The engine's own timers keep no process alive; whoever waits for an answer does.
      const timer = setTimeout(() => settle(notWithin(address, timeoutMs), undefined), timeoutMs);
      let open = true;
      const settle: Done = (fault, data) => {
        if (!open) return;
        open = false;
        clearTimeout(timer);
        done(fault, data);
      };
      call[verb](payload, { ws, ...(as !== undefined && { as }) }).then(
        (text) => settle(undefined, encoder.encode(text)),
        (cause: unknown) =>
          settle(new Fault('INTERNAL_ERROR', String(cause), { cause, retriable: true }), undefined),
      );
    },
    subscribe: () => () => undefined,
    close: () => engine.close(),
  };
};
