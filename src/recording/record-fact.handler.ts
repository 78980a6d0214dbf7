import { Inject } from '@nestjs/common';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Outcome, Receipt } from '#src/recording/outcome';
import { FactRecorder } from '#src/recording/fact-recorder';
import { RecordFact } from '#src/recording/record-fact.command';

@CommandHandler(RecordFact)
export class RecordFactHandler implements ICommandHandler<RecordFact> {
  constructor(@Inject(FactRecorder) private readonly recorder: FactRecorder) {}

  execute({ fact, sender }: RecordFact): Promise<Outcome<Receipt>> {
    return this.recorder.record(fact, sender);
  }
}
