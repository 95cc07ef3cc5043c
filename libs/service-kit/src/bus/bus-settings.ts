import { readFileSync } from 'node:fs';
import { BOUNDS, Fault } from '@edict/contracts';
import { MOST_PARTITIONS } from '@edict/nats';
import * as z from 'zod';
import { duration, type ServiceSettings, wholeNumber } from '../config.ts';
import { INTAKE_ATTEMPTS, type ServiceContextOptions } from './service-context.ts';

/** What a service that runs alone takes from its surroundings, besides what every service takes. */
export const BusSettings = z.object({
  EDICT_REPLICAS: wholeNumber(1)
    .optional()
    .describe('Copies of each stream, 3 in a cluster; absent: as the stream is, 1 for a new one'),
  EDICT_PARTITIONS: wholeNumber(1, MOST_PARTITIONS)
    .optional()
    .describe(
      'How many partitions a new deployment has, fixed from then on; absent: as recorded, 8 for a new one',
    ),
  EDICT_DEPLOYMENT: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Id of the deployment that this service belongs to, as `edict health` shows it: a NATS that was emptied, or another one, is then refused; absent: whatever is there, or a new one',
    ),
  EDICT_CHECKPOINT_COMMITS: wholeNumber(1)
    .default(20_000)
    .describe(
      'After how many commits of a journal its owner keeps the state, so that the next one begins there',
    ),
  EDICT_CHECKPOINT_ENTRIES: wholeNumber(1)
    .default(20_000)
    .describe('The same after so many recorded commands; more where the state takes long to write'),
  EDICT_CHECKPOINT_BYTES: wholeNumber(1)
    .default(67_108_864)
    .describe('The same after so many bytes of commits, whichever of the three comes first'),
  EDICT_INTAKE_ATTEMPTS: wholeNumber(1)
    .default(INTAKE_ATTEMPTS)
    .describe(
      'How often a message that nobody waits for is tried before it becomes a dead letter; after the first eight attempts, one a minute',
    ),
  EDICT_KEEP: duration(BOUNDS.retryWindowMs)
    .optional()
    .describe(
      'How long commits of verdict and session journals are kept at least; what is older, and needed by nobody, is purged below two checkpoints that were read back (docs/integrity.md). Absent: everything is kept, for ever',
    ),
  EDICT_EVENTS_AGE: duration()
    .optional()
    .describe('How long the public feed keeps events; absent: as the stream is, 7 days for a new one'),
});
export type BusSettings = z.infer<typeof BusSettings>;

type FromSettings = 'connection' | 'checkpoints' | 'intakeAttempts' | 'provision';

/**
 * What settings mean for a context, but for the address of NATS: the caller's word counts before the setting.
 * Fault `CONFIG_INVALID` when the credentials cannot be read.
 */
export const contextSettings = (
  settings: Readonly<ServiceSettings & BusSettings>,
  { url, name }: { readonly url: string; readonly name: string },
): Pick<ServiceContextOptions, FromSettings> => {
  const {
    EDICT_NATS_CREDENTIALS: file,
    EDICT_REPLICAS: replicas,
    EDICT_PARTITIONS: partitions,
    EDICT_EVENTS_AGE: eventsAgeMs,
    EDICT_DEPLOYMENT: id,
    EDICT_CHECKPOINT_COMMITS: commits,
    EDICT_CHECKPOINT_ENTRIES: entries,
    EDICT_CHECKPOINT_BYTES: bytes,
    EDICT_INTAKE_ATTEMPTS: intakeAttempts,
    EDICT_KEEP: keepMs,
  } = settings;
  return {
    connection: { url, name, ...(file !== undefined && { credentials: readCredentials(file) }) },
    checkpoints: { commits, entries, bytes, ...(keepMs !== undefined && { keepMs }) },
    intakeAttempts,
    provision: {
      ...(replicas !== undefined && { replicas }),
      ...(partitions !== undefined && { partitions }),
      ...(eventsAgeMs !== undefined && { eventsAgeMs }),
      ...(id !== undefined && { deployment: { id, recordedIn: 'EDICT_DEPLOYMENT' } }),
    },
  };
};

/** Two blocks in one file: the token and the seed. */
const CREDENTIALS = /-{3,}BEGIN [\s\S]+-{3,}BEGIN /;

const readCredentials = (path: string): string => {
  const refuse = (why: string, cause?: unknown): never => {
    throw new Fault(
      'CONFIG_INVALID',
      `EDICT_NATS_CREDENTIALS is ${JSON.stringify(path)}: ${why}; it must be the path of a .creds file`,
      { cause },
    );
  };
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
  return CREDENTIALS.test(text) ? text : refuse('what it holds are no credentials');
};
