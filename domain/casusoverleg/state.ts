import type { CaseDiscussed } from '#domain/casusoverleg/events';

/** How often the case was discussed: nothing is decided from it. */
export interface CasusoverlegState {
  readonly discussed: number;
}

export const initialCasusoverleg: CasusoverlegState = { discussed: 0 };

export function evolveCasusoverleg(state: CasusoverlegState, event: CaseDiscussed): CasusoverlegState {
  const { type }: { readonly type: string } = event;
  if (type !== 'case-discussed') throw new Error(`not a discussed case: ${type}`);
  return { discussed: state.discussed + 1 };
}
