export { type Enforcer, startEnforcer } from './enforcer.ts';
