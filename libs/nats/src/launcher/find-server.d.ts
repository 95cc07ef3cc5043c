export declare const SERVER_VERSION: string;

export interface FoundServer {
  readonly binary: string;
  readonly version: string;
  /** Where it came from: `EDICT_NATS_SERVER`, `PATH`, `cache`, `go`, `debian`, `docker`. */
  readonly source: string;
}

export interface FindServerOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Told one line per thing that takes time. */
  readonly say?: (line: string) => void;
  /** `false`: only look, fetch nothing. */
  readonly fetch?: boolean;
}

export declare const findServer: (options: FindServerOptions) => Promise<FoundServer>;
export declare const cacheFolder: (env: Readonly<Record<string, string | undefined>>) => string;
