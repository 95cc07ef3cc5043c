export interface AptEntry {
  readonly mirror: string;
  readonly suites: readonly string[];
  readonly keyring: string | undefined;
}

export declare const aptEntries: (sources: string) => readonly AptEntry[];
