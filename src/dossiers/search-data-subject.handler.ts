import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { streamKind } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { codeLabel, codesOf } from '#domain/reference/codes';
import { dossierRegisterProjection } from '#projections/dossier-register/projection';
import { registeredDossier } from '#projections/dossier-register/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { foundDossier } from '#src/dossiers/found-dossier';
import { SearchDataSubject, type FoundDossier, type FoundSubject } from '#src/dossiers/search.query';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';

/**
 * A person is another id under every law; only here are they joined, for an officer with a reason. Persons of a
 * dossier that nobody opened yet have no law, and are not found.
 */
@QueryHandler(SearchDataSubject)
export class SearchDataSubjectHandler implements IQueryHandler<SearchDataSubject> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ asked: { bsn, reason }, viewer, minPosition }: SearchDataSubject): Promise<Outcome<FoundSubject>> {
    const { runner, views, looks } = this.ledger;
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, dossierRegisterProjection.name)) {
      return refused(refusal('position-not-reached', 'Het register weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const recorded = await looks.searched({ what: 'data-subject', criteria: { bsn }, reason }, viewer);
    if (recorded.kind === 'refused') return recorded;
    const knownAt = views.position(dossierRegisterProjection);
    const laws = [];
    for (const { code } of codesOf('laws')) {
      const dossiers = await this.#dossiersUnder(code, bsn);
      if (dossiers.length > 0) laws.push({ law: code, label: codeLabel('laws', code), dossiers });
    }
    return done({ laws, knownAt });
  }

  async #dossiersUnder(law: string, bsn: string): Promise<readonly FoundDossier[]> {
    const { vault, views } = this.ledger;
    const subject = await vault.findSubject(law, { bsn });
    if (subject === null) return [];
    const reader = views.reader(dossierRegisterProjection);
    const found: FoundDossier[] = [];
    for (const stream of await vault.streamsOf(subject)) {
      if (streamKind(stream) !== 'dossier') continue;
      const known = registeredDossier(reader, stream) ?? { stream, law, status: 'provisional', openedOn: null, closedOn: null } as const;
      found.push(await foundDossier(this.ledger, known));
    }
    return found;
  }
}
