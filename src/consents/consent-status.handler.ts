import { Inject } from '@nestjs/common';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { ConsentAct } from '#domain/consent/acts';
import { consentStatus } from '#domain/consent/status';
import type { StreamName, SubjectId } from '#domain/ledger/ids';
import { refusal } from '#domain/ledger/refusals';
import { findCode } from '#domain/reference/codes';
import type { SubjectIdentifier } from '#infra/vault/port';
import { consentStatusProjection } from '#projections/consent-status/projection';
import { concernedSubjectsOf, consentActsOf } from '#projections/consent-status/queries';
import { LEDGER } from '#src/composition/ledger.token';
import type { Ledger } from '#src/composition/ledger';
import type { ConsentStatusDto } from '#src/consents/consent-status.dto';
import { ConsentStatusAt, type ConsentStatusAnswer } from '#src/consents/consent-status.query';
import { MIN_POSITION_WAIT } from '#src/http/min-position';
import { done, refused, type Outcome } from '#src/recording/outcome';
import type { Principal } from '#src/recording/principal';

/** What the caller may look into; everything else looks the same as nothing. */
interface Seen {
  readonly acts: readonly ConsentAct[];
  readonly subjects: readonly SubjectId[];
  readonly subject?: SubjectId;
}

const NOTHING: Seen = { acts: [], subjects: [] };

@QueryHandler(ConsentStatusAt)
export class ConsentStatusHandler implements IQueryHandler<ConsentStatusAt> {
  constructor(@Inject(LEDGER) private readonly ledger: Ledger) {}

  async execute({ question, caller, minPosition }: ConsentStatusAt): Promise<Outcome<ConsentStatusAnswer>> {
    const { runner, views } = this.ledger;
    if (minPosition !== null && !await runner.waitFor(minPosition, MIN_POSITION_WAIT, consentStatusProjection.name)) {
      return refused(refusal('position-not-reached', 'Het antwoord weet nog niet van deze gebeurtenis. Vraag het straks opnieuw.'));
    }
    const knownAt = views.position(consentStatusProjection);
    const { acts, subjects, subject } = await this.#seenBy(caller, question);
    const answer = consentStatus(acts, {
      purpose: question.purpose, category: question.category,
      recipient: {
        ...(question.recipient.organisation === undefined ? {} : { organisation: question.recipient.organisation }),
        ...(question.recipient.kind === undefined ? {} : { kind: question.recipient.kind }),
      },
      at: { occurredAt: question.at },
      ...(subject === undefined ? { dossierSubjects: subjects } : { subject, dossierSubjects: subjects }),
    });
    return done({ ...answer, label: findCode('consentStatuses', answer.recorded)?.nl ?? answer.recorded, knownAt });
  }

  /** A case system sees only dossiers that its own source opened (api.md): the ledger is no index of who is known where. */
  async #seenBy(caller: Principal, question: ConsentStatusDto): Promise<Seen> {
    const { system, reference } = question.dossier;
    const stream = await this.ledger.vault.findStream({ system, reference });
    const loaded = stream === null ? 'destroyed' : await this.ledger.facts.states.load(stream);
    if (stream === null || loaded === 'destroyed') return NOTHING;
    const { dossier } = loaded.state;
    if (caller.roles.includes('case-system') && dossier.leadingSource !== caller.source) return NOTHING;
    const subject = question.subject === undefined ? undefined : await this.#subjectOf(question.subject, dossier.law, stream);
    if (subject === null) return NOTHING;
    const reader = this.ledger.views.reader(consentStatusProjection);
    const seen = { acts: consentActsOf(reader, stream), subjects: concernedSubjectsOf(reader, stream) };
    return subject === undefined ? seen : { ...seen, subject };
  }

  /** Null when the dossier knows no such person. */
  async #subjectOf(asked: NonNullable<ConsentStatusDto['subject']>, law: string | null, stream: StreamName): Promise<SubjectId | null> {
    const identifier: SubjectIdentifier = asked.bsn !== undefined
      ? { bsn: asked.bsn } : { system: asked.system!, reference: asked.reference! };
    const subject = await this.ledger.vault.findSubject(law ?? `provisional/${stream}`, identifier);
    if (subject === null || !(await this.ledger.vault.subjectsOf(stream)).includes(subject)) return null;
    return subject;
  }
}
