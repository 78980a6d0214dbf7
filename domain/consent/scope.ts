import type { ConsentAct } from '#domain/consent/acts';
import type { Recipient } from '#domain/consent/events';
import type { SubjectId } from '#domain/ledger/ids';

/** What is asked about: one purpose, one recipient, one category, and one person when it matters who. */
export interface AskedScope {
  readonly purpose: string;
  readonly recipient: Recipient;
  readonly category: string;
  readonly subject?: SubjectId;
  /** The dossier's subjects with role client or youth, when known: whom an act without subjects is about. */
  readonly dossierSubjects?: readonly SubjectId[];
}

/** Same organisation whatever the capitals and spaces; names are not codes. */
function organisationName(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** By organisation, or by kind where only a kind was given (event-catalogue.md, "Consent status at a moment"). */
function recipientMatches(listed: Recipient, asked: Recipient): boolean {
  if (listed.organisation !== undefined) {
    return asked.organisation !== undefined && organisationName(listed.organisation) === organisationName(asked.organisation);
  }
  return listed.kind !== undefined && listed.kind === asked.kind;
}

function subjectMatches(act: ConsentAct, asked: AskedScope): boolean {
  if (asked.subject === undefined) return true;
  if (act.subjects !== undefined) return act.subjects.includes(asked.subject);
  return asked.dossierSubjects === undefined || asked.dossierSubjects.includes(asked.subject);
}

/** Does asking or giving cover the question? Only what it lists: what was not listed was not asked and not given. */
export function covers(act: ConsentAct, asked: AskedScope): boolean {
  return act.purposes !== undefined && act.purposes.includes(asked.purpose)
    && act.categories !== undefined && act.categories.includes(asked.category)
    && act.recipients !== undefined && act.recipients.some((listed) => recipientMatches(listed, asked.recipient))
    && subjectMatches(act, asked);
}

/**
 * Does a refusal or withdrawal take the question away? What it does not narrow, it takes whole: without lists it is
 * about all that was ever asked or given under its consentId, so it does when that covered the question
 * (`consentCovered`). With all three lists it stands alone. `sameConsent` gives the acts with its consentId.
 */
export function takesAway(
  act: ConsentAct, consentCovered: boolean, sameConsent: () => readonly ConsentAct[], asked: AskedScope,
): boolean {
  const { purposes, categories, recipients, subjects } = act;
  const narrowedInFull = purposes !== undefined && categories !== undefined && recipients !== undefined;
  return (consentCovered || narrowedInFull)
    && (purposes === undefined || purposes.includes(asked.purpose))
    && (categories === undefined || categories.includes(asked.category))
    // Withdrawn without a person named: for everyone, whoever it was given for.
    && (subjects === undefined || asked.subject === undefined || subjects.includes(asked.subject))
    && (recipients === undefined || recipients.some((listed) => isTakenFrom(listed, sameConsent, asked.recipient)));
}

/** A withdrawal for a kind also takes the organisations that were named with that kind. */
function isTakenFrom(listed: Recipient, sameConsent: () => readonly ConsentAct[], asked: Recipient): boolean {
  if (recipientMatches(listed, asked)) return true;
  if (listed.organisation !== undefined || asked.organisation === undefined) return false;
  return sameConsent().some((act) => act.recipients?.some((named) =>
    named.kind === listed.kind && named.organisation !== undefined && recipientMatches(named, asked)));
}
