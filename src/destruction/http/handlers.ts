import { Inject, type Provider } from '@nestjs/common';
import { CommandHandler, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import {
  ActOnDestructionList, CertificateOfDestructionList, DrawUpDestructionList, ExecuteDestructionList, PageOfDestructionList,
} from '#src/destruction/http/messages';
import { DestructionLists } from '#src/destruction/lists/destruction-lists';
import { LIST_POLICY_HANDLERS } from '#src/destruction/policy/handlers';
import type { CertificateView, ListPage, ListView } from '#src/destruction/lists/list-view';
import type { Outcome } from '#src/recording/outcome';

@CommandHandler(DrawUpDestructionList)
export class DrawUpDestructionListHandler implements ICommandHandler<DrawUpDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ name, procedure, by }: DrawUpDestructionList): Promise<Outcome<ListView>> {
    return this.lists.drawUp(name, by, { procedure });
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
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ listId, after }: PageOfDestructionList): Promise<Outcome<ListPage>> {
    return this.lists.view(listId, after);
  }
}

@QueryHandler(CertificateOfDestructionList)
export class CertificateOfDestructionListHandler implements IQueryHandler<CertificateOfDestructionList> {
  constructor(@Inject(DestructionLists) private readonly lists: DestructionLists) {}

  execute({ listId }: CertificateOfDestructionList): Promise<Outcome<CertificateView>> {
    return this.lists.certificate(listId);
  }
}

export const DESTRUCTION_HANDLERS: readonly Provider[] = [
  DrawUpDestructionListHandler, ActOnDestructionListHandler, ExecuteDestructionListHandler,
  PageOfDestructionListHandler, CertificateOfDestructionListHandler, ...LIST_POLICY_HANDLERS,
];
