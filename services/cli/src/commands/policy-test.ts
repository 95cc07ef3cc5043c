import { renderFailure } from '../output/policy-test.ts';
import { playCase } from '../policy-tests/play-case.ts';
import { readTestFiles, type TestFile } from '../policy-tests/test-files.ts';
import { Stop } from '../stop.ts';
import { type Call, defineVerb } from '../verb.ts';

export const policyTest = defineVerb({
  usage: 'test <folders...>',
  summary: 'policy tests written as YAML, in process, without a server; exit 1 when a case fails',
  examples: [
    'edict test policies                                every *.test.yaml below, against the documents beside them',
    'edict test policies/payments/payments.test.yaml    one file',
    'edict test policies --json                         a document per case, the sum last',
  ],
  run: async (call) => {
    const { args, printer, readStdin } = call;
    let [passed, failed] = [0, 0];
    for (const file of await readTestFiles(args, readStdin)) {
      const failures = await playFile(file, call);
      failed += failures;
      passed += file.cases.length - failures;
    }
    printer.say({ passed, failed }, () => [`${passed} passed, ${failed} failed`]);
    return failed === 0 ? 0 : 1;
  },
});

/** How many cases of a file failed; each is said. */
const playFile = async ({ file, policies, cases }: TestFile, { printer, globals }: Call): Promise<number> => {
  let failures = 0;
  for (const planned of cases) {
    const { name } = planned;
    const failure = await playCase(planned, policies, globals.workspace).catch((error: unknown) => {
      throw error instanceof Stop
        ? new Stop(error.exit, `${file}: ${name}: ${error.message}`, error.details)
        : error;
    });
    if (failure === undefined) {
      printer.say({ file, name, passed: true }, () => []);
      continue;
    }
    failures += 1;
    printer.say({ file, name, passed: false, ...failure }, (shown) => renderFailure(shown, printer.style));
  }
  return failures;
};
