import { Body, Controller, Get, Headers, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FieldError } from '#domain/ledger/refusals';
import { DossierTimeline, type TimelinePage } from '#src/dossiers/dossier-timeline.query';
import type { Viewer } from '#src/dossiers/looks';
import { DataSubjectSearchDto, DossierSearchDto } from '#src/dossiers/search.dto';
import { SearchDataSubject, SearchDossiers, type FoundDossiers, type FoundSubject } from '#src/dossiers/search.query';
import { minPosition } from '#src/http/min-position';
import { valueOf } from '#src/http/refusal.error';
import { invalid, validBody } from '#src/http/valid-body';
import { actingPerson } from '#src/identity/acting-person';
import { Caller } from '#src/identity/caller.decorator';
import type { Principal } from '#src/recording/principal';

const LIMIT = 100;
const LIMIT_MAX = 500;

/** What an officer may look into. Every look and every search is recorded before it is answered. */
@Controller('v1')
export class DossiersController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  /** `?limit=100&after=<next of the page before>` */
  @Get('dossiers/:id/timeline')
  async timeline(@Param('id') id: string, @Query() query: Readonly<Record<string, unknown>>, @Caller() caller: Principal): Promise<TimelinePage> {
    const { after, limit } = readQuery(query);
    return valueOf(await this.queries.execute(new DossierTimeline(id, viewerOf(caller), after, limit)));
  }

  @Post('dossiers/_search')
  @HttpCode(200)
  async dossiers(@Body() body: unknown, @Caller() caller: Principal, @Headers('rekenschap-min-position') position: string | undefined): Promise<FoundDossiers> {
    const asked = validBody(DossierSearchDto, body);
    const filters = (['law', 'status', 'openedYear', 'limit', 'after'] as const).filter((name) => asked[name] !== undefined);
    if (asked.dossier !== undefined && filters.length > 0) {
      throw invalid(filters.map((name) => ({ code: 'field-invalid', path: `/${name}`, detail: 'Zoek op een verwijzing, of op de rest, niet op allebei.' })));
    }
    if (asked.dossier === undefined && asked.law === undefined && asked.status === undefined && asked.openedYear === undefined) {
      throw invalid([{ code: 'field-invalid', path: '/dossier', detail: 'Zeg wat u zoekt: een verwijzing, een wet, een stand of een jaar.' }]);
    }
    return valueOf(await this.queries.execute(new SearchDossiers(asked, viewerOf(caller), minPosition(position))));
  }

  @Post('data-subjects/_search')
  @HttpCode(200)
  async dataSubject(@Body() body: unknown, @Caller() caller: Principal, @Headers('rekenschap-min-position') position: string | undefined): Promise<FoundSubject> {
    return valueOf(await this.queries.execute(new SearchDataSubject(validBody(DataSubjectSearchDto, body), viewerOf(caller), minPosition(position))));
  }
}

function viewerOf(caller: Principal): Viewer {
  return { person: actingPerson(caller, ['privacy-officer', 'fg']), session: caller.session ?? '' };
}

function readQuery(query: Readonly<Record<string, unknown>>): { readonly after: number; readonly limit: number } {
  const { after = '-1', limit = String(LIMIT), ...others } = query;
  const errors: FieldError[] = Object.keys(others).map((name) => ({ code: 'unknown-field', path: `/${name}`, detail: 'Deze vraag kennen wij niet.' }));
  if (typeof after !== 'string' || !/^(?:-1|[0-9]{1,9})$/.test(after)) errors.push({ code: 'field-invalid', path: '/after', detail: 'Geef de plaats die op de vorige bladzijde stond.' });
  const size = typeof limit === 'string' && /^[0-9]{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > LIMIT_MAX) errors.push({ code: 'field-invalid', path: '/limit', detail: `Geef een getal van 1 tot ${LIMIT_MAX}.` });
  if (errors.length > 0) throw invalid(errors);
  return { after: Number(after), limit: size };
}
