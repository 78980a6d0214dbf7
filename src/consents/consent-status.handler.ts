import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { findCode } from '#domain/reference/codes';
import type { SubjectIdentifier } from '#infra/vault/port';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { consentIn, dossiersOf, openedDossier, type AskedConsent, type SeenDossier } from '#projections/consent-status/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import type { AskedSubjectDto, ConsentStatusDto, DataSubjectDto } from '#src/consents/consent-status.dto';
import { ConsentStatusAt, type ConsentStatusAnswer } from '#src/consents/consent-status.query';
import { NO_STREAM_AT_ALL, NO_SUBJECT_AT_ALL, NOTHING_SEEN, seenBy } from '#src/consents/seen-dossiers';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

/** Where to look, and for whom: no subject means everyone the dossier is about. */
interface Place {
  readonly dossiers: readonly SeenDossier[];
  readonly subject?: SubjectId;
}

/** Of fewer dossiers of a person as many are looked at all the same. */
const DOSSIERS_LOOKED_AT = 4;

@QueryHandler(ConsentStatusAt)
export class ConsentStatusHandler implements IQueryHandler<ConsentStatusAt> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ question, caller, minPosition }: ConsentStatusAt): Promise<Outcome<ConsentStatusAnswer>> {
    const { runner, views } = this.ledger;
    const atLeast = Math.max(minPosition ?? -1, question.asKnownAt ?? -1);
    if (atLeast >= 0 && !await runner.waitFor(atLeast, MIN_POSITION_WAIT, consentStatusProjection.name)) {
      return refused(refusal('position-not-reached', 'Het antwoord weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const { dossiers, subject } = question.dataSubject === undefined
      ? await this.#inDossier(caller, question)
      : await this.#ofPerson(caller, question, question.dataSubject);
    const asked: AskedConsent = {
      purpose: question.purpose, category: question.category,
      recipient: {
        ...(question.recipient.organisation === undefined ? {} : { organisation: question.recipient.organisation }),
        ...(question.recipient.kind === undefined ? {} : { kind: question.recipient.kind }),
      },
      at: { occurredAt: question.at },
      ...(subject === undefined ? {} : { subject }),
      ...(question.asKnownAt === undefined ? {} : { asKnownAt: question.asKnownAt }),
    };
    const { answer, position } = views.read(consentStatusProjection, (rows, known) => ({ answer: consentIn(rows, dossiers, asked), position: known }));
    const label = findCode('consentStatuses', answer.recorded)?.nl ?? answer.recorded;
    return done({ ...answer, label, knownAt: question.asKnownAt ?? position });
  }

  async #inDossier(caller: Principal, question: ConsentStatusDto): Promise<Place> {
    const { system, reference } = question.dossier!;
    const { vault } = this.ledger;
    const found = await vault.findStream({ system, reference });
    const stream = vault.isFenced({ reference: { system, reference } }) ? NO_STREAM_AT_ALL : found ?? NO_STREAM_AT_ALL;
    const reader = this.ledger.views.reader(consentStatusProjection);
    const opened = openedDossier(reader, stream);
    const dossiers = [seenBy(reader, caller, stream, opened, question.recipient.kind)];
    if (question.subject === undefined) return { dossiers };
    return { dossiers, subject: await this.#subject(opened?.law ?? `provisional/${stream}`, question.subject) };
  }

  async #ofPerson(caller: Principal, question: ConsentStatusDto, person: DataSubjectDto): Promise<Place> {
    const subject = await this.#subject(person.law, person);
    const reader = this.ledger.views.reader(consentStatusProjection);
    const streams: StreamName[] = dossiersOf(reader, subject).filter((stream) => !this.ledger.vault.isFenced({ stream }));
    while (streams.length < DOSSIERS_LOOKED_AT) streams.push(NO_STREAM_AT_ALL);
    const seen = streams
      .map((stream) => seenBy(reader, caller, stream, openedDossier(reader, stream), question.recipient.kind))
      .filter(({ stream }) => stream !== NO_STREAM_AT_ALL);
    return { dossiers: seen.length === 0 ? [NOTHING_SEEN] : seen, subject };
  }

  async #subject(law: string, asked: AskedSubjectDto): Promise<SubjectId> {
    const identifier: SubjectIdentifier = asked.bsn !== undefined
      ? { bsn: asked.bsn } : { system: asked.system!, reference: asked.reference! };
    return await this.ledger.vault.findSubject(law, identifier) ?? NO_SUBJECT_AT_ALL;
  }
}
