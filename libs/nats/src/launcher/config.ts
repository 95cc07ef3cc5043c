/** The process's environment, for finding a server and its cache. */
export const environment = (): Readonly<Record<string, string | undefined>> => process.env;
