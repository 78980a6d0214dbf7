import { setTimeout as pause } from 'node:timers/promises';
import type { NewEvent } from '#domain/ledger/event';
import type { RestoreFile, RestoreState } from '#src/backup/restore-state';
import type { LedgerWriter } from '#src/recording/ledger-writer';

const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 50;

/** Called at every point where a process can die with a different part done; a test throws there. */
export type OnStep = (point: string) => void | Promise<void>;

/** The restore's own events, each once: its id and place are saved before it is sent, and sent again they are the same. */
export class OwnEvents {
  constructor(private readonly writer: LedgerWriter, private readonly state: RestoreState, private readonly file: RestoreFile, private readonly onStep: OnStep) {}

  async record(name: string, event: NewEvent): Promise<void> {
    const { own, logStream } = this.state;
    let place = own[name];
    if (place === undefined) {
      place = { id: this.writer.newEventId(), revision: Object.keys(own).length };
      own[name] = place;
      this.file.save(this.state);
    }
    await this.onStep(`${name}: before append`);
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      const result = await this.writer.append({ stream: logStream, expectedRevision: place.revision - 1, events: [event], ids: [place.id] });
      if (result.kind === 'appended') {
        place.position = result.firstPosition;
        return this.onStep(`${name}: appended`);
      }
      if (result.kind !== 'unavailable') break;
      await pause(FIRST_PAUSE_MS * 2 ** attempt);
    }
    throw new Error(`an event of the restore was not recorded: ${name}`);
  }
}
