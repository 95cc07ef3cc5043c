import { readConfig } from '../config.ts';
import { runProcess } from '../run-process.ts';
import { startDeployment } from '../up/start-deployment.ts';
import { runDemo } from './run-demo.ts';

const config = readConfig();
await runProcess(config, (own) =>
  runDemo(process.argv.slice(2), { ...own, start: startDeployment, stateDir: config.stateDir }),
);
