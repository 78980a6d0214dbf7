import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { parseStreamName, streamName } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { dossierRegisterProjection } from '#projections/dossier-register/projection';
import { dossiersBy, registeredDossier, type RegisteredDossier } from '#projections/dossier-register/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import { foundDossier } from '#src/dossiers/found-dossier';
import type { DossierSearchDto } from '#src/dossiers/search.dto';
import { SearchDossiers, type FoundDossiers } from '#src/dossiers/search.query';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';

const LIMIT = 100;
/** Day of opening, or nothing, and the id of the last dossier shown. */
const CURSOR = /^([0-9]{4}-[0-9]{2}-[0-9]{2}|)_([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;

@QueryHandler(SearchDossiers)
export class SearchDossiersHandler implements IQueryHandler<SearchDossiers> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ asked, viewer, minPosition }: SearchDossiers): Promise<Outcome<FoundDossiers>> {
    const { runner, views, looks } = this.ledger;
    const after = asked.after === undefined ? undefined : cursor(asked.after);
    if (after === null) return refused(refusal('field-invalid', 'Deze plaats om verder te gaan bestaat niet. Begin opnieuw.', '/after'));
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, dossierRegisterProjection.name)) {
      return refused(refusal('position-not-reached', 'Het register weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const recorded = await looks.searched({ what: asked.dossier === undefined ? 'dossiers-by-filter' : 'dossier-by-reference', criteria: { ...asked } }, viewer);
    if (recorded.kind === 'refused') return recorded;
    const knownAt = views.position(dossierRegisterProjection);
    const limit = asked.limit ?? LIMIT;
    const found = asked.dossier === undefined ? this.#byFilter(asked, limit + 1, after) : await this.#byReference(asked.dossier);
    const page = found.slice(0, limit);
    const dossiers = [];
    for (const one of page) dossiers.push(await foundDossier(this.ledger, one));
    const last = page.at(-1);
    return done({
      dossiers, knownAt,
      ...(found.length > limit && last !== undefined ? { next: `${last.openedOn ?? ''}_${parseStreamName(last.stream).uuid}` } : {}),
    });
  }

  #byFilter({ law, status, openedYear }: DossierSearchDto, limit: number, after: Parameters<typeof dossiersBy>[3]): readonly RegisteredDossier[] {
    return dossiersBy(this.ledger.views.reader(dossierRegisterProjection), {
      ...(law === undefined ? {} : { law }), ...(status === undefined ? {} : { status }), ...(openedYear === undefined ? {} : { openedYear }),
    }, limit, after);
  }

  /** The index of the vault knows a dossier at once; what the register says of it may come a moment later. */
  async #byReference({ system, reference }: NonNullable<DossierSearchDto['dossier']>): Promise<readonly RegisteredDossier[]> {
    const stream = await this.ledger.vault.findStream({ system, reference });
    if (stream === null) return [];
    const known = registeredDossier(this.ledger.views.reader(dossierRegisterProjection), stream);
    return [known ?? { stream, law: null, status: 'provisional', openedOn: null, closedOn: null }];
  }
}

function cursor(text: string): Pick<RegisteredDossier, 'openedOn' | 'stream'> | null {
  const match = CURSOR.exec(text);
  return match === null ? null : { openedOn: match[1] === '' ? null : match[1]!, stream: streamName('dossier', match[2]!) };
}
