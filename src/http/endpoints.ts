import type { Provider, Type } from '@nestjs/common';
import { ConsentStatusHandler } from '#src/consents/consent-status.handler';
import { ConsentsController } from '#src/consents/consents.controller';
import { EventsController } from '#src/events/events.controller';
import { ReceiptOfEventHandler } from '#src/events/receipt-of-event.handler';
import { HealthController } from '#src/health/health.controller';
import { LogController } from '#src/log/log.controller';
import { AdoptScheduleHandler } from '#src/retention/adopt-schedule.handler';
import { RetentionAgendaController } from '#src/retention/retention-agenda.controller';
import { RetentionAgendaHandler } from '#src/retention/retention-agenda.handler';
import { RetentionSchedulesController } from '#src/retention/retention-schedules.controller';

/** For the root module: what answers over HTTP, and the handlers behind it, destruction lists excepted. */
export const ENDPOINT_CONTROLLERS: readonly Type[] = [
  EventsController, ConsentsController, RetentionAgendaController, RetentionSchedulesController,
  LogController, HealthController,
];

export const ENDPOINT_HANDLERS: readonly Provider[] = [
  ReceiptOfEventHandler, ConsentStatusHandler, RetentionAgendaHandler, AdoptScheduleHandler,
];
