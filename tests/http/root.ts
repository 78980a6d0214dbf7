import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Ledger } from '#src/composition/ledger';
import { LEDGER } from '#src/composition/ledger.token';
import { ENDPOINT_CONTROLLERS, ENDPOINT_HANDLERS } from '#src/http/endpoints';
import { FactRecorder } from '#src/recording/fact-recorder';
import { RecordFactHandler } from '#src/recording/record-fact.handler';
@Module({})
class TestRoot {}
export function rootModule(ledger: Ledger): DynamicModule {
  return {
    module: TestRoot, imports: [CqrsModule.forRoot({ rethrowUnhandled: true })], controllers: [...ENDPOINT_CONTROLLERS],
    providers: [{ provide: LEDGER, useValue: ledger }, { provide: FactRecorder, useValue: ledger.facts }, RecordFactHandler, ...ENDPOINT_HANDLERS],
  };
}
