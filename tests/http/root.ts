import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Ledger } from '#src/composition/ledger';
import { LEDGER } from '#src/composition/ledger.token';
import { DestructionListsController } from '#src/destruction/http/destruction-lists.controller';
import { ENDPOINT_CONTROLLERS, ENDPOINT_HANDLERS } from '#src/http/endpoints';
import { FactRecorder } from '#src/recording/fact-recorder';
import { RecordFactHandler } from '#src/recording/record-fact.handler';
@Controller('v1/annual-reports')
class Stub { @Get(':year') get() { return {}; } }
@Module({})
class TestRoot {}
export function rootModule(ledger: Ledger): DynamicModule {
  return {
    module: TestRoot, imports: [CqrsModule.forRoot({ rethrowUnhandled: true })], controllers: [...ENDPOINT_CONTROLLERS, DestructionListsController, Stub],
    providers: [{ provide: LEDGER, useValue: ledger }, { provide: FactRecorder, useValue: ledger.facts }, RecordFactHandler, ...ENDPOINT_HANDLERS],
  };
}
