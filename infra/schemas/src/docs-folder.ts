import { fileURLToPath } from 'node:url';

/** Where the documents of this repository lie. */
export const DOCS = fileURLToPath(new URL('../../../docs/', import.meta.url));
