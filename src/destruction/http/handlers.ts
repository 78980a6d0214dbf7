import { Inject, type Provider } from '@nestjs/common';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  ActOnDestructionList, CertificateOfDestructionList, CertificateOfRun, CertificatesThereAre, DestructionListsThereAre, DrawUpDestructionList, DrawUpErasureList, ExecuteDestructionList, PageOfDestructionList,
} from '#src/destruction/http/messages';
import { streamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { destructionRegisterProjection } from '#projections/destruction-register/projection';
import { registerPage } from '#projections/destruction-register/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { DestructionLists } from '#src/destruction/lists/destruction-lists';
import { LIST_POLICY_HANDLERS } from '#src/destruction/policy/handlers';
import { RunCertificates, type CertificateIndex } from '#src/destruction/run-certificates';
import type { IssuedCertificate } from '#domain/destruction/certificate';
import type { CertificateView, ListIndex, ListItemView, ListPage, ListView } from '#src/destruction/lists/list-view';
import { dossierOf } from '#src/dossiers/dossier-of';
import { done, refused, type Outcome } from '#src/recording/outcome';

@CommandHandler(DrawUpDestructionList)
export class DrawUpDestructionListHandler implements ICommandHandler<DrawUpDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ name, procedure, by }: DrawUpDestructionList): Promise<Outcome<ListView>> {
    return this.lists.drawUp(name, by, { procedure });
  }
}

@CommandHandler(DrawUpErasureList)
export class DrawUpErasureListHandler implements ICommandHandler<DrawUpErasureList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ name, wish, by }: DrawUpErasureList): Promise<Outcome<ListView>> {
    return this.lists.drawUpErasure(name, by, wish);
  }
}

@CommandHandler(ActOnDestructionList)
export class ActOnDestructionListHandler implements ICommandHandler<ActOnDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ listId, ifMatch, wish, by }: ActOnDestructionList): Promise<Outcome<ListView>> {
    return this.lists.act(listId, ifMatch, wish, by);
  }
}

@CommandHandler(ExecuteDestructionList)
export class ExecuteDestructionListHandler implements ICommandHandler<ExecuteDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ listId, ifMatch, by }: ExecuteDestructionList): Promise<Outcome<ListView>> {
    return this.lists.execute(listId, ifMatch, by);
  }
}

@QueryHandler(PageOfDestructionList)
export class PageOfDestructionListHandler implements IQueryHandler<PageOfDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists, @Inject(LEDGER) private readonly ledger: Ledger) {}

  /** A person judges dossiers by what the case system calls them: that is read from their own events. */
  async execute({ listId, after }: PageOfDestructionList): Promise<Outcome<ListPage>> {
    const seen = await this.lists.view(listId, after);
    if (seen.kind === 'refused' || seen.value.page === null) return seen;
    const page: ListItemView[] = [];
    for (const item of seen.value.page) page.push({ ...item, reference: await dossierOf(this.ledger, streamName('dossier', item.dossier)) });
    return done({ ...seen.value, page });
  }
}

@QueryHandler(DestructionListsThereAre)
export class DestructionListsThereAreHandler implements IQueryHandler<DestructionListsThereAre> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists, @Inject(LEDGER) private readonly ledger: Ledger) {}

  /** The register names them; each is read from its own events. */
  async execute({ after }: DestructionListsThereAre): Promise<Outcome<ListIndex>> {
    const { runner, store, views } = this.ledger;
    if (!await runner.waitFor(store.head().size - 1, MIN_POSITION_WAIT, destructionRegisterProjection.name)) {
      return refused(refusal('position-not-reached', 'Het overzicht van de lijsten is nog niet bijgewerkt. Probeer het straks opnieuw.'));
    }
    const found = registerPage(views.reader(destructionRegisterProjection), after, LISTS_AT_ONCE + 1);
    const page = found.slice(0, LISTS_AT_ONCE);
    const lists: ListView[] = [];
    for (const { listId } of page) lists.push(await this.lists.summary(listId));
    const last = page.at(-1);
    return done({ lists, next: found.length > page.length && last !== undefined ? `${last.drawnOn}.${last.listId}` : null });
  }
}

const LISTS_AT_ONCE = 100;

@QueryHandler(CertificateOfDestructionList)
export class CertificateOfDestructionListHandler implements IQueryHandler<CertificateOfDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ listId }: CertificateOfDestructionList): Promise<Outcome<CertificateView>> {
    return this.lists.certificate(listId);
  }
}

@QueryHandler(CertificateOfRun)
export class CertificateOfRunHandler implements IQueryHandler<CertificateOfRun> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  execute({ runId }: CertificateOfRun): Promise<Outcome<IssuedCertificate>> {
    return new RunCertificates(this.ledger.writer, this.ledger.store).of(runId);
  }
}

@QueryHandler(CertificatesThereAre)
export class CertificatesThereAreHandler implements IQueryHandler<CertificatesThereAre> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ after }: CertificatesThereAre): Promise<Outcome<CertificateIndex>> {
    return done(await new RunCertificates(this.ledger.writer, this.ledger.store).page(after));
  }
}

export const DESTRUCTION_HANDLERS: readonly Provider[] = [
  DrawUpDestructionListHandler, DrawUpErasureListHandler, ActOnDestructionListHandler, ExecuteDestructionListHandler,
  PageOfDestructionListHandler, DestructionListsThereAreHandler, CertificateOfDestructionListHandler, CertificateOfRunHandler, CertificatesThereAreHandler,
  ...LIST_POLICY_HANDLERS,
];
