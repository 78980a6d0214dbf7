/** Injection token of the opened ledger (see ledger.ts). */
export const LEDGER = Symbol('LEDGER');
