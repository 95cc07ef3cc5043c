import { homedir } from 'node:os';
import { join } from 'node:path';

/** What the command line takes from its surroundings. */
export interface CliConfig {
  /** `EDICT_NATS_URL`: which NATS to use when `--nats` does not say. */
  readonly natsUrl: string | undefined;
  /** Where each running `edict up` leaves a file about itself. */
  readonly stateDir: string;
  /** Where `edict up` keeps its data when `--data` does not say. */
  readonly dataDir: string;
  /** Set when colours are not wanted, whatever the terminal can do. */
  readonly noColor: boolean;
  /** The settings of services, as variables: read by the verb that starts them, so that no other fails for them. */
  readonly services: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Reads the surroundings; a variable that is empty counts as absent. */
export const readConfig = (env: Environment = process.env, home: string = homedir()): CliConfig => ({
  natsUrl: env['EDICT_NATS_URL'] || undefined,
  stateDir: join(env['XDG_STATE_HOME'] || join(home, '.local', 'state'), 'edict'),
  dataDir: join(env['XDG_DATA_HOME'] || join(home, '.local', 'share'), 'edict'),
  noColor: Boolean(env['NO_COLOR']),
  services: env,
});
