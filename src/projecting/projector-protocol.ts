import type { LogKeys } from '#infra/keys/port';
import type { Projector, RunnerStatus } from '#src/projecting/projector';

/** What the projector's thread is started with. */
export interface ProjectorThreadData {
  readonly ledgerFile: string;
  readonly vaultFile: string;
  readonly viewsFile: string;
  readonly master: Uint8Array;
  readonly log: LogKeys;
  /** Of the tree under the head, when it starts. */
  readonly size: number;
}

/** Every method of the projector that is carried out in its thread. */
export type ProjectorCall = Exclude<keyof Projector, 'status'>;

export type ToProjector =
  | { readonly kind: 'head'; readonly size: number }
  /** `size`: how far the ledger is for the caller, who may know more than the last `head` said. */
  | { readonly kind: 'call'; readonly id: number; readonly size: number; readonly method: ProjectorCall; readonly args: readonly unknown[] };

export type FromProjector =
  | { readonly kind: 'ready'; readonly status: RunnerStatus }
  | { readonly kind: 'status'; readonly status: RunnerStatus }
  /** `status` as after the call. */
  | { readonly kind: 'done'; readonly id: number; readonly value: unknown; readonly status: RunnerStatus }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly status: RunnerStatus };
