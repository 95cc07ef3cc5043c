import { BusSettings, ServiceSettings } from '@edict/service-kit';
import * as z from 'zod';

interface Field {
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** What is allowed, in words, where the type alone does not say it. */
  readonly form?: string;
}

const code = (text: unknown): string => `\`${String(text)}\``;

const allowed = ({ enum: words, form }: Field): string => words?.map(code).join(', ') ?? form ?? 'text';

/** JSON Schema leaves out the default of a setting that is read from a text into something else. */
const defaultOf = (setting: unknown): unknown =>
  setting instanceof z.ZodDefault ? setting.def.defaultValue : undefined;

const row = (name: string, field: Field, setting: unknown): string => {
  const { description = '', default: value = defaultOf(setting) } = field;
  return `| ${code(name)} | ${description} | ${allowed(field)} | ${value === undefined ? '' : code(value)} |`;
};

const table = (settings: z.ZodObject): string => {
  const { properties = {} } = z.toJSONSchema(settings, { io: 'input' });
  const rows = Object.entries(properties as Record<string, Field>).map(([name, field]) =>
    row(name, field, settings.shape[name]),
  );
  return ['| variable | means | allowed | default |', '|---|---|---|---|', ...rows].join('\n');
};

/** The page about settings, from the schemas that read them. */
export const configurationPage = (): string => `# Settings

Made from the settings' schemas by \`npm run schemas\`; change the schema, not this page.

A service takes its settings from environment variables. An empty one counts as absent. When any is wrong, the service
ends with exit code 2 and names every wrong variable, its value and what is allowed.

## Every service

${table(ServiceSettings)}

## A service that runs alone

Besides those above:

${table(BusSettings)}

## In \`edict up\`

All of these count in \`edict up\` as well, with \`--only\` and without. A flag counts before its variable: \`--nats\` before
\`EDICT_NATS_URL\`, \`--keep\` before \`EDICT_KEEP\`. What differs:

* It logs \`warn\` and graver for people unless \`EDICT_LOG_LEVEL\` and \`EDICT_LOG_FORMAT\` say otherwise.
* Without \`--nats\` and \`EDICT_NATS_URL\` it starts a NATS server of its own. That is one server, to which nobody signs in, so
  \`EDICT_REPLICAS\` above 1 and \`EDICT_NATS_CREDENTIALS\` are refused with exit code 2.

\`npm start\` and \`edict conformance\` start their services with the defaults. Other verbs take \`EDICT_NATS_URL\` alone:
[the command line](cli.md).
`;
