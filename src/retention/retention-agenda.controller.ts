import { Controller, Get, Headers, Inject, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { FieldError } from '#domain/ledger/refusals';
import { AGENDA_CATEGORIES, type AgendaCategory, type AgendaPlace } from '#projections/retention-agenda/queries';
import { minPosition } from '#src/http/min-position';
import { valueOf } from '#src/http/refusal.error';
import { invalid } from '#src/http/valid-body';
import { agendaPlace, RetentionAgenda, type AgendaPage } from '#src/retention/retention-agenda.query';

const LIMIT = 100;
const LIMIT_MAX = 500;

/** What is due, soon, held, overdue, without a start date or blocked (api.md). */
@Controller('v1/retention')
export class RetentionAgendaController {
  constructor(@Inject(QueryBus) private readonly queries: QueryBus) {}

  /** `?category=due&limit=100&after=<next of the page before>` */
  @Get('agenda')
  async agenda(
    @Query() query: Readonly<Record<string, unknown>>, @Headers('rekenschap-min-position') position: string | undefined,
  ): Promise<AgendaPage> {
    const { category, after, limit } = readQuery(query);
    return valueOf(await this.queries.execute(new RetentionAgenda(category, after, limit, minPosition(position))));
  }
}

function readQuery(query: Readonly<Record<string, unknown>>): { readonly category: AgendaCategory | null; readonly after: AgendaPlace | null; readonly limit: number } {
  const { category = null, after = null, limit = String(LIMIT), ...others } = query;
  const errors: FieldError[] = Object.keys(others).map((name) => ({ code: 'unknown-field', path: `/${name}`, detail: 'Deze vraag kennen wij niet.' }));
  if (category !== null && !(AGENDA_CATEGORIES as readonly unknown[]).includes(category)) {
    errors.push({ code: 'unknown-code', path: '/category', detail: `Kies uit: ${AGENDA_CATEGORIES.join(', ')}.` });
  }
  const place = typeof after === 'string' ? agendaPlace(after) : null;
  if (after !== null && place === null) errors.push({ code: 'field-invalid', path: '/after', detail: 'Geef de plaats uit "next" van de vorige pagina.' });
  const size = typeof limit === 'string' && /^[0-9]{1,4}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > LIMIT_MAX) errors.push({ code: 'field-invalid', path: '/limit', detail: `Geef een getal van 1 tot ${LIMIT_MAX}.` });
  if (errors.length > 0) throw invalid(errors);
  return { category: category as AgendaCategory | null, after: place, limit: size };
}
