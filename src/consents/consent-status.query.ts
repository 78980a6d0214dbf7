import { Query } from '@nestjs/cqrs';
import type { ConsentStatus } from '#domain/consent/status';
import type { Position } from '#domain/ledger/ids';
import type { ConsentStatusDto } from '#src/consents/consent-status.dto';
import type { Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

export interface ConsentStatusAnswer {
  /** Lifecycle as recorded (codes: consentStatuses), with its Dutch label. */
  readonly recorded: ConsentStatus;
  readonly label: string;
  /** After the rules: may a sharing rest on it? */
  readonly valid: boolean;
  /** It was valid then, but a dispute that came later is still open ("betwist"). */
  readonly contested: boolean;
  readonly reason: string;
  /** Event ids the answer rests on. */
  readonly events: readonly string[];
  /** Last position the answer knows of: the one asked for, else the latest; -1 when it knows none. */
  readonly knownAt: Position;
}

export class ConsentStatusAt extends Query<Outcome<ConsentStatusAnswer>> {
  /** `minPosition`: the answer must know of everything up to and including this position. */
  constructor(readonly question: ConsentStatusDto, readonly caller: Principal, readonly minPosition: Position | null) {
    super();
  }
}
