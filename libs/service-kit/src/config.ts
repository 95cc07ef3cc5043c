import { Fault, parseDuration } from '@edict/contracts';
import * as z from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** The process's environment. */
export const environment = (): Environment => process.env;

/** What every service takes from its surroundings. */
export const ServiceSettings = z.object({
  EDICT_NATS_URL: z
    .string()
    .min(1)
    .default('nats://127.0.0.1:4222')
    .describe('Where NATS is; several addresses of one cluster are separated by commas'),
  EDICT_NATS_CREDENTIALS: z
    .string()
    .min(1)
    .optional()
    .describe('Path of a `.creds` file; without it the service connects as nobody in particular'),
  EDICT_LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('What is logged: this and whatever is graver'),
  EDICT_LOG_FORMAT: z
    .enum(['json', 'human'])
    .default('json')
    .describe('One JSON document per line, or lines for people'),
});
export type ServiceSettings = z.infer<typeof ServiceSettings>;

/** A whole number from `least` to `most`, written in decimal. */
export const wholeNumber = (least = 0, most = Number.MAX_SAFE_INTEGER) => {
  const bounded = most < Number.MAX_SAFE_INTEGER;
  const form = `a whole number ${bounded ? `from ${least} to ${most}` : `of at least ${least}`}`;
  return z
    .string()
    .regex(/^\d{1,15}$/, { error: `must be ${form}` })
    .transform(Number)
    .refine((value) => value >= least && value <= most, { error: `must be ${form}` })
    .meta({ form });
};

const DURATION = 'a duration such as 500ms, 30s, 1m, 1h or 7d';

/** A duration such as `500ms`, `30s`, `1m`, `1h`, `7d`, as milliseconds; of at least `leastMs`. */
export const duration = (leastMs = 0) =>
  z
    .string()
    .transform((text, context) => {
      const ms = parseDuration(text);
      if (ms !== undefined) return ms;
      context.addIssue({ code: 'custom', message: `must be ${DURATION}` });
      return z.NEVER;
    })
    .refine((ms) => ms >= leastMs, { error: `must be at least ${leastMs / 1_000}s` })
    .meta({ form: leastMs === 0 ? DURATION : `${DURATION}, at least ${leastMs / 1_000}s` });

/**
 * Reads settings from environment variables; one that is empty counts as absent. The result is frozen.
 * Fault `CONFIG_INVALID` lists every variable that is wrong, its value and what is allowed.
 */
export const readSettings = <T extends z.ZodObject>(
  schema: T,
  env: Environment = environment(),
): Readonly<z.infer<T>> => {
  const given = Object.fromEntries(Object.keys(schema.shape).map((name) => [name, env[name] || undefined]));
  const result = schema.safeParse(given);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return given[name] === undefined
      ? `${name} is missing`
      : `${name} is ${JSON.stringify(given[name])}: ${message}`;
  });
  throw new Fault('CONFIG_INVALID', `the settings are not valid:\n  ${problems.join('\n  ')}`);
};
