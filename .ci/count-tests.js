// Prints `passed failed` from vitest's JSON report. Arguments: the report's path and vitest's exit code.
import { readFileSync } from 'node:fs';

const [path, exitCode] = process.argv.slice(2);

const read = () => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
};

const report = read();
const files = report?.testResults ?? [];
const count = (status) =>
  files.flatMap((file) => file.assertionResults).filter((test) => test.status === status).length;
const unloaded = files.filter(
  (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
).length;

const passed = count('passed');
const failed = count('failed') + unloaded;
// An unhandled error, or no report at all, fails the run without failing a test.
process.stdout.write(`${passed} ${failed === 0 && exitCode !== '0' ? 1 : failed}\n`);
