export declare const ensureDependencies: (
  root: string,
  say: (line: string) => void,
  install?: (root: string) => void,
) => Promise<void>;
