export { type PolicyStore, startPolicyStore } from './policy-store.ts';
