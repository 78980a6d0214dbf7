import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { PdfRenderer } from '#infra/rendering/pdf-renderer';
import { refuseSecondHandlers } from '#src/composition/handler-check';
import type { Ledger } from '#src/composition/ledger';
import { LEDGER } from '#src/composition/ledger.token';
import { PROJECTIONS } from '#src/composition/projections';
import { destructionProvider } from '#src/destruction/destruction';
import { DestructionListsController } from '#src/destruction/http/destruction-lists.controller';
import { DestructionRunsController } from '#src/destruction/http/destruction-runs.controller';
import { DESTRUCTION_HANDLERS } from '#src/destruction/http/handlers';
import { ENDPOINT_CONTROLLERS, ENDPOINT_HANDLERS } from '#src/http/endpoints';
import { reportFault } from '#src/http/fault-log';
import { PDF_RENDERER } from '#src/http/pdf-answer';
import { SOURCE_TABLES } from '#src/mapping/source-tables.token';
import { FactRecorder } from '#src/recording/fact-recorder';
import { RecordFactHandler } from '#src/recording/record-fact.handler';

const HANDLERS: readonly Provider[] = [RecordFactHandler, ...ENDPOINT_HANDLERS, ...DESTRUCTION_HANDLERS];

/** The application around one opened ledger. Commands and queries are its boundary; no event bus carries a fact. */
@Module({})
export class RootModule {}

export function rootModule(ledger: Ledger): DynamicModule {
  refuseSecondHandlers(HANDLERS);
  return {
    module: RootModule,
    imports: [CqrsModule.forRoot({ rethrowUnhandled: true })],
    controllers: [...ENDPOINT_CONTROLLERS, DestructionListsController, DestructionRunsController],
    providers: [
      { provide: LEDGER, useValue: ledger },
      { provide: SOURCE_TABLES, useValue: ledger.sources },
      { provide: PDF_RENDERER, useValue: new PdfRenderer() },
      { provide: FactRecorder, useValue: ledger.facts },
      destructionProvider(PROJECTIONS, (error) => reportFault(error, 'destruction-run')),
      ...HANDLERS,
    ],
  };
}
