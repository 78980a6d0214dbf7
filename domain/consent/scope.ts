import type { ConsentAct, ConsentScope } from '#domain/consent/acts';
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
export function organisationName(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}

/** By organisation, or by kind where only a kind was given (event-catalogue.md, "Consent status at a moment"). */
function recipientMatches(listed: Recipient, asked: Recipient): boolean {
  if (listed.organisation !== undefined) {
    return asked.organisation !== undefined
      && (listed.organisation === asked.organisation || organisationName(listed.organisation) === organisationName(asked.organisation));
  }
  return listed.kind !== undefined && listed.kind === asked.kind;
}

function subjectMatches(scope: ConsentScope, asked: AskedScope): boolean {
  if (asked.subject === undefined) return true;
  if (scope.subjects !== undefined) return scope.subjects.includes(asked.subject);
  return asked.dossierSubjects === undefined || asked.dossierSubjects.includes(asked.subject);
}

/** Does asking or giving cover the question? Only what it lists: what was not listed was not asked and not given. */
export function covers(act: ConsentScope, asked: AskedScope): boolean {
  return coversMatter(act, asked) && subjectMatches(act, asked);
}

function coversMatter(scope: ConsentScope, asked: AskedScope): boolean {
  return scope.purposes !== undefined && scope.purposes.includes(asked.purpose)
    && scope.categories !== undefined && scope.categories.includes(asked.category)
    && scope.recipients !== undefined && scope.recipients.some((listed) => recipientMatches(listed, asked.recipient));
}

/**
 * Does a refusal or withdrawal take the question away? What it does not narrow, it takes whole: without lists it is
 * about all that was ever asked or given under its consentId (`named`: the acts that named something under it,
 * whenever they happened). With all three lists it stands alone.
 */
export function takesAway(act: ConsentAct, named: readonly ConsentScope[], asked: AskedScope): boolean {
  return covers(act, asked) || named.some((scope) => takesFrom(act, scope, asked));
}

function takesFrom(act: ConsentAct, scope: ConsentScope, asked: AskedScope): boolean {
  return coversMatter(scope, asked)
    && (act.purposes === undefined || act.purposes.includes(asked.purpose))
    && (act.categories === undefined || act.categories.includes(asked.category))
    && (act.recipients === undefined || act.recipients.some((listed) => isTakenFrom(listed, scope, asked.recipient)))
    && takesFromPerson(act, scope, asked);
}

/** Without a person named: for everyone for whom it was asked or given. */
function takesFromPerson(act: ConsentAct, scope: ConsentScope, asked: AskedScope): boolean {
  if (act.subjects === undefined || asked.subject === undefined) return subjectMatches(scope, asked);
  return act.subjects.includes(asked.subject) && (scope.subjects === undefined || scope.subjects.includes(asked.subject));
}

/** A withdrawal for a kind also takes the organisations that were named with that kind. */
function isTakenFrom(listed: Recipient, scope: ConsentScope, asked: Recipient): boolean {
  if (recipientMatches(listed, asked)) return true;
  if (listed.organisation !== undefined || listed.kind === undefined || asked.organisation === undefined) return false;
  return (scope.recipients ?? []).some((named) =>
    named.kind === listed.kind && named.organisation !== undefined && recipientMatches(named, asked));
}
