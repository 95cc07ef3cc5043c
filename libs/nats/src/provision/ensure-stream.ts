import { Fault } from '@edict/contracts';
import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';
import { mismatches } from './mismatches.ts';
import type { StreamPlan } from './stream-plans.ts';

const NAME_IN_USE = 10058;
const NOT_FOUND = 10059;

/** What an operator may change on an existing stream; any other difference is refused. */
export type StreamChoice = Partial<Pick<StreamConfig, 'num_replicas' | 'max_age' | 'duplicate_window'>>;

/**
 * Creates a stream, or checks the one that exists; a choice given by the operator is applied to it.
 * Fault `CONFIG_MISMATCH` names stream, field, wanted and found: older servers drop what they do not know in silence.
 */
export const ensureStream = async (
  jsm: JetStreamManager,
  plan: StreamPlan,
  choice: StreamChoice,
): Promise<void> => {
  const wanted: StreamPlan = { ...plan, ...choice };
  let found = (await existing(jsm, plan.name)) ?? (await create(jsm, wanted));
  if (differs(found, choice)) {
    const { config } = await jsm.streams.update(plan.name, choice);
    found = config;
  }
  // What the operator did not choose this time may be as another start chose it.
  const { max_age, duplicate_window, ...fixed } = plan;
  const compared = max_age === 0 ? plan : fixed;
  const problems = [...mismatches(found, { ...compared, ...choice })];
  if (problems.length > 0) throw new Fault('CONFIG_MISMATCH', `stream ${plan.name}: ${problems.join('; ')}`);
};

const existing = async (jsm: JetStreamManager, name: string): Promise<StreamConfig | undefined> => {
  try {
    return (await jsm.streams.info(name)).config;
  } catch (error) {
    if (isApiError(error, NOT_FOUND)) return undefined;
    throw error;
  }
};

const create = async (jsm: JetStreamManager, plan: StreamPlan): Promise<StreamConfig> => {
  try {
    return (await jsm.streams.add({ ...plan })).config;
  } catch (error) {
    // Another service created it at the same moment, differently; the comparison says how.
    if (isApiError(error, NAME_IN_USE)) return (await jsm.streams.info(plan.name)).config;
    throw error;
  }
};

const differs = (found: StreamConfig, choice: StreamChoice): boolean =>
  !mismatches(found, choice).next().done;

const isApiError = (error: unknown, code: number): boolean =>
  error instanceof JetStreamApiError && error.code === code;
