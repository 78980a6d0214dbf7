import { gives, names, takes, type ConsentAct } from '#domain/consent/acts';
import { covers, takesAway, type AskedScope } from '#domain/consent/scope';
import { strictestOf, weigh, type ConsentAnswer, type Standing } from '#domain/consent/verdict';
import type { Position } from '#domain/ledger/ids';
import { compareOccurred, type Occurred } from '#domain/ledger/moments';

export type { ConsentAnswer, ConsentStatus } from '#domain/consent/verdict';

export interface ConsentQuestion extends AskedScope {
  /** A moment, or a whole calendar day in Amsterdam. */
  readonly at: Occurred;
  /** As the ledger knew it: what came at later positions is left out, what was corrected later still stands. */
  readonly asKnownAt?: Position;
}

/**
 * The status of consent for one question, out of the consent acts of one dossier in any order.
 * The latest act that covers the question counts, over all consentIds. An act known only as a day counts from that
 * day on. Where the order of acts on one day is not known, the strictest counts, and the reason says so.
 * Asked about the dossier as a whole, consent is needed from everyone it is about: the strictest person's counts.
 */
export function consentStatus(acts: readonly ConsentAct[], question: ConsentQuestion): ConsentAnswer {
  const known = acts.filter((act) => isKnown(act, question.asKnownAt));
  if (question.subject !== undefined || question.dossierSubjects === undefined || question.dossierSubjects.length === 0) {
    return statusFor(known, question);
  }
  return strictestOf(question.dossierSubjects.map((subject) => statusFor(known, { ...question, subject })));
}

function isKnown(act: ConsentAct, position: Position | undefined): boolean {
  if (position === undefined) return act.knownUntil === undefined;
  return (act.knownFrom ?? act.position) <= position && (act.knownUntil === undefined || position < act.knownUntil);
}

function statusFor(acts: readonly ConsentAct[], question: ConsentQuestion): ConsentAnswer {
  const happened = (act: ConsentAct): boolean => compareOccurred(act.occurred, question.at) <= 0;
  // Scope first, time after: reading a moment costs more than comparing codes, and one dossier may hold many acts.
  const covering = acts.filter((act) => names(act) && covers(act, question) && happened(act));
  const taking = acts.filter((act) => takes(act)
    && takesAway(act, acts.filter((other) => other.consentId === act.consentId && names(other)), question) && happened(act));
  return weigh({
    answers: [...covering.filter((act) => gives(act.type)), ...taking].map((act) => standing(acts, act, happened)),
    generic: acts.filter((act) => act.generic === true && isAboutPerson(act, question) && happened(act)),
    requests: covering.filter((act) => act.type === 'consent-requested'),
    notAsked: acts.filter((act) => act.type === 'not-asked' && covers(act, question) && happened(act)),
  }, question.at);
}

/** A generic consent names nothing in particular, but may name for whom. */
function isAboutPerson(act: ConsentAct, { subject, dossierSubjects }: ConsentQuestion): boolean {
  if (subject === undefined) return true;
  return act.subjects === undefined ? dossierSubjects === undefined || dossierSubjects.includes(subject) : act.subjects.includes(subject);
}

function standing(acts: readonly ConsentAct[], act: ConsentAct, happened: (act: ConsentAct) => boolean): Standing {
  if (!gives(act.type)) return { act };
  const same = acts.filter((other) => other.consentId === act.consentId);
  const disputes = same.filter(movesDispute);
  return {
    act,
    disputesThen: disputes.filter(happened),
    disputesEver: disputes,
    voidings: same.filter(voids),
    planEnds: act.planId === undefined ? [] : acts.filter((other) => other.type === 'plan-ended' && other.planId === act.planId),
  };
}

/** Opens a dispute, or closes it in favour of the consent. An outcome nobody knows closes nothing. */
export function movesDispute(act: ConsentAct): boolean {
  return act.type === 'consent-disputed' || (act.type === 'consent-dispute-resolved' && act.outcome === 'upheld');
}

/** Works from the start of the consent. */
export function voids(act: ConsentAct): boolean {
  return act.type === 'consent-dispute-resolved' && (act.outcome === 'invalid' || act.outcome === 'unproven');
}
