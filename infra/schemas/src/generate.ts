import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOCS } from './docs-folder.ts';
import { generatedFiles, SCHEMA_FOLDER } from './generated-files.ts';

const files = generatedFiles();
// A schema that is no longer published must not stay behind.
rmSync(join(DOCS, SCHEMA_FOLDER), { recursive: true, force: true });
mkdirSync(join(DOCS, SCHEMA_FOLDER), { recursive: true });
for (const [path, text] of files) writeFileSync(join(DOCS, path), text);
console.log(`wrote ${files.size} files under docs`);
