import { Command, Query } from '@nestjs/cqrs';
import type { ActingPerson } from '#domain/ledger/event';
import type { Revision } from '#domain/ledger/ids';
import type { IssuedCertificate } from '#domain/destruction/certificate';
import type { CertificateIndex } from '#src/destruction/run-certificates';
import type { ListWish } from '#src/destruction/lists/destruction-lists';
import type { ErasureWish } from '#src/destruction/lists/erasure-requests';
import type { RegisterPlace } from '#projections/destruction-register/queries';
import type { CertificateView, ListIndex, ListPage, ListView } from '#src/destruction/lists/list-view';
import type { Outcome } from '#src/recording/outcome';

export class DrawUpDestructionList extends Command<Outcome<ListView>> {
  constructor(readonly name: string, readonly procedure: 'full' | 'short', readonly by: ActingPerson) {
    super();
  }
}

export class DrawUpErasureList extends Command<Outcome<ListView>> {
  constructor(readonly name: string, readonly wish: ErasureWish, readonly by: ActingPerson) {
    super();
  }
}

export class ActOnDestructionList extends Command<Outcome<ListView>> {
  constructor(readonly listId: string, readonly ifMatch: Revision, readonly wish: ListWish, readonly by: ActingPerson) {
    super();
  }
}

export class ExecuteDestructionList extends Command<Outcome<ListView>> {
  constructor(readonly listId: string, readonly ifMatch: Revision, readonly by: ActingPerson) {
    super();
  }
}

export class PageOfDestructionList extends Query<Outcome<ListPage>> {
  constructor(readonly listId: string, readonly after: number) {
    super();
  }
}

export class DestructionListsThereAre extends Query<Outcome<ListIndex>> {
  constructor(readonly after: RegisterPlace | null) {
    super();
  }
}

export class CertificateOfRun extends Query<Outcome<IssuedCertificate>> {
  constructor(readonly runId: string) {
    super();
  }
}

export class CertificatesThereAre extends Query<Outcome<CertificateIndex>> {
  constructor(readonly after: number) {
    super();
  }
}

export class CertificateOfDestructionList extends Query<Outcome<CertificateView>> {
  constructor(readonly listId: string) {
    super();
  }
}
