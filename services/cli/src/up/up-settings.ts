import { Fault } from '@edict/contracts';
import { BusSettings, readSettings, ServiceSettings } from '@edict/service-kit';
import type { DeploymentOptions } from '../commands/up.ts';

const SettingsOfUp = ServiceSettings.extend(BusSettings.shape);

/**
 * The settings of services for a whole deployment: what a flag says is not looked for in the environment, and the log
 * is for people unless it says otherwise. Fault `CONFIG_INVALID` names what is wrong, or means nothing to a server of
 * one's own.
 */
export const readUpSettings = ({ settings: env = {}, keepMs, nats }: DeploymentOptions) => {
  const settings = readSettings(SettingsOfUp, {
    ...env,
    EDICT_NATS_URL: nats,
    EDICT_LOG_LEVEL: env['EDICT_LOG_LEVEL'] || 'warn',
    EDICT_LOG_FORMAT: env['EDICT_LOG_FORMAT'] || 'human',
    ...(keepMs !== undefined && { EDICT_KEEP: '' }),
  });
  const { EDICT_NATS_CREDENTIALS: credentials, EDICT_REPLICAS: replicas = 1 } = settings;
  if (nats === undefined && credentials !== undefined)
    refuse('EDICT_NATS_CREDENTIALS', credentials, 'absent');
  if (nats === undefined && replicas !== 1) refuse('EDICT_REPLICAS', String(replicas), '1 or absent');
  return { ...settings, EDICT_KEEP: keepMs ?? settings.EDICT_KEEP };
};

const refuse = (name: string, value: string, allowed: string): never => {
  throw new Fault(
    'CONFIG_INVALID',
    `${name} is ${JSON.stringify(value)}: must be ${allowed} with the one NATS server that \`edict up\` starts itself, to which nobody signs in; another one is named by --nats or EDICT_NATS_URL`,
  );
};
