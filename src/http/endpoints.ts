import type { Provider, Type } from '@nestjs/common';
import { AnnualReportOfYearHandler } from '#src/annual-reports/annual-report-of-year.handler';
import { AnnualReportsController } from '#src/annual-reports/annual-reports.controller';
import { ConsentStatusHandler } from '#src/consents/consent-status.handler';
import { ConsentsController } from '#src/consents/consents.controller';
import { BulkController } from '#src/events/bulk/bulk.controller';
import { ListPoliciesController, StandingAuthorisationsController } from '#src/destruction/policy/controllers';
import { DossiersController } from '#src/dossiers/dossiers.controller';
import { DossierTimelineHandler } from '#src/dossiers/dossier-timeline.handler';
import { SearchDataSubjectHandler } from '#src/dossiers/search-data-subject.handler';
import { SearchDossiersHandler } from '#src/dossiers/search-dossiers.handler';
import { EventsController } from '#src/events/events.controller';
import { ReceiptOfEventHandler } from '#src/events/receipt-of-event.handler';
import { HealthController } from '#src/health/health.controller';
import { OpenApiController } from '#src/http/openapi/openapi.controller';
import { LogController } from '#src/log/log.controller';
import { AdoptScheduleHandler } from '#src/retention/adopt-schedule.handler';
import { PreviewScheduleHandler } from '#src/retention/preview-schedule.handler';
import { RetentionAgendaController } from '#src/retention/retention-agenda.controller';
import { RetentionAgendaHandler } from '#src/retention/retention-agenda.handler';
import { RetentionSchedulesController } from '#src/retention/retention-schedules.controller';
import { SCHEDULING_HANDLERS } from '#src/scheduling/handlers';
import { ClockConfirmationsController, NightlyRunsController } from '#src/scheduling/scheduling.controllers';

/** For the root module: what answers over HTTP, and the handlers behind it, destruction lists excepted. */
export const ENDPOINT_CONTROLLERS: readonly Type[] = [
  EventsController, BulkController, ConsentsController, DossiersController, AnnualReportsController, RetentionAgendaController, RetentionSchedulesController,
  ListPoliciesController, StandingAuthorisationsController, NightlyRunsController, ClockConfirmationsController, LogController, OpenApiController, HealthController,
];

export const ENDPOINT_HANDLERS: readonly Provider[] = [
  DossierTimelineHandler, SearchDossiersHandler, SearchDataSubjectHandler,
  ReceiptOfEventHandler, ConsentStatusHandler, AnnualReportOfYearHandler, RetentionAgendaHandler, AdoptScheduleHandler,
  PreviewScheduleHandler, ...SCHEDULING_HANDLERS,
];
