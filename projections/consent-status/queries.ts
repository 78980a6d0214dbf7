import { gives, type ConsentAct } from '#domain/consent/acts';
import type { Recipient } from '#domain/consent/events';
import { NOTHING_FOUND, strictestOf, weigh, type ConsentAnswer, type Found, type Standing } from '#domain/consent/verdict';
import type { Position, Revision, StreamName, SubjectId } from '#domain/ledger/ids';
import { dayOf, type Occurred } from '#domain/ledger/moments';
import { actAt } from '#projections/consent-status/keeping';
import {
  disputeLine, EVERYONE, fallsIn, genericLine, planLine, recipientKeys, singleLine, voidLine, type LineKind, type Matter,
} from '#projections/consent-status/lines';
import { membersOn, numberOf } from '#projections/consent-status/members';
import { EVER, latestOn, slotBound } from '#projections/consent-status/timeline';
import type { Row, RowReader } from '#projections/projection';

export interface AskedConsent {
  readonly purpose: string;
  readonly recipient: Recipient;
  readonly category: string;
  readonly at: Occurred;
  /** Left out: everyone the dossier is about. */
  readonly subject?: SubjectId;
  /** As the ledger knew it at this position. */
  readonly asKnownAt?: Position;
}

/** A dossier to answer from, whole, or only as far as its consents name a law as recipient. */
export interface SeenDossier {
  readonly stream: StreamName;
  readonly onlyLaw: string | null;
}

/** The answer for some dossiers together: of all their acts about a person the latest counts. */
export function consentIn(reader: RowReader, dossiers: readonly SeenDossier[], asked: AskedConsent): ConsentAnswer {
  const views = dossiers.map((dossier) => viewOf(reader, dossier, asked));
  const persons = asked.subject === undefined ? [...new Set(views.flatMap((view) => view.persons))] : [asked.subject];
  const answers = (persons.length === 0 ? [undefined] : persons)
    .map((person) => weigh(together(views.map((view) => foundFor(view, person))), asked.at));
  return answers.length === 0 ? NOTHING_FOUND : strictestOf(answers);
}

/** Whom a question about the whole dossier is about: its members, else whoever was named in it. */
export function personsOf(reader: RowReader, stream: StreamName, at: Occurred, asKnownAt: Position | null): readonly SubjectId[] {
  const members = membersOn(reader, stream, dayOf(at).toString(), asKnownAt);
  return members.length > 0 ? members : reader.select('person', { stream }).map((row) => row['subject_id'] as SubjectId);
}

interface DossierView {
  readonly reader: RowReader;
  /** The dossier's number; of one that is not there none that was ever given out. */
  readonly no: number;
  readonly asked: AskedConsent;
  readonly bound: string;
  readonly persons: readonly SubjectId[];
  /** Null: as known now. */
  readonly knownAt: Revision | null;
  readonly nothingKnown: boolean;
  readonly recipients: readonly string[];
  /** Also what names nobody in particular. */
  readonly whole: boolean;
  readonly wide: readonly Row[];
}

const NO_NUMBER = -1;

function viewOf(reader: RowReader, { stream, onlyLaw }: SeenDossier, asked: AskedConsent): DossierView {
  const no = numberOf(reader, stream) ?? NO_NUMBER;
  const known = asked.asKnownAt === undefined ? undefined : reader.atMost('act', { no }, 'position', asked.asKnownAt);
  return {
    reader, no, asked,
    bound: slotBound(asked.at),
    persons: personsOf(reader, stream, asked.at, asked.asKnownAt ?? null),
    knownAt: known === undefined ? null : Number(known['revision']),
    nothingKnown: asked.asKnownAt !== undefined && known === undefined,
    recipients: recipientKeys(onlyLaw === null ? asked.recipient : { kind: onlyLaw }),
    whole: onlyLaw === null,
    wide: reader.select('wide', { stream }),
  };
}

function together(found: readonly Found[]): Found {
  return {
    answers: found.flatMap((one) => one.answers), generic: found.flatMap((one) => one.generic),
    requests: found.flatMap((one) => one.requests), notAsked: found.flatMap((one) => one.notAsked),
  };
}

const NOTHING: Found = { answers: [], generic: [], requests: [], notAsked: [] };

function foundFor(view: DossierView, person: SubjectId | undefined): Found {
  if (view.nothingKnown) return NOTHING;
  const subjects = subjectKeys(view, person);
  const latest = (kind: LineKind): readonly ConsentAct[] => actsOn(view, linesAsked(view, kind, subjects), view.bound);
  return {
    answers: [
      ...latest('gives').map((act) => standing(view, act)),
      ...[...latest('refuses'), ...latest('withdraws')].map((act) => ({ act })),
    ],
    requests: latest('requests'),
    generic: view.whole ? actsOn(view, subjects.map(genericLine), view.bound) : [],
    notAsked: view.whole ? latest('not-asked') : [],
  };
}

/** An act without subjects is about the dossier's persons only. */
function subjectKeys(view: DossierView, person: SubjectId | undefined): readonly string[] {
  if (person === undefined) return [EVERYONE];
  return view.persons.includes(person) ? [EVERYONE, person] : [person];
}

function linesAsked(view: DossierView, kind: LineKind, subjects: readonly string[]): readonly string[] {
  const { asked, recipients, wide } = view;
  const single = recipients.flatMap((recipient) => subjects.map((subject) => singleLine(kind, asked.purpose, asked.category, recipient, subject)));
  const wider = wide.filter((row) => row['kind'] === kind && fallsIn(JSON.parse(row['matter'] as string) as Matter, asked, recipients, subjects));
  return [...single, ...wider.map((row) => row['line'] as string)];
}

/** The latest acts of some lines up to a bound, each once. */
function actsOn({ reader, no, knownAt }: DossierView, lines: readonly string[], bound: string): readonly ConsentAct[] {
  const positions = new Set(lines.flatMap((line) => latestOn(reader, { no, line }, bound, knownAt)));
  return [...positions].map((position) => actAt(reader, no, position));
}

function standing(view: DossierView, act: ConsentAct): Standing {
  if (!gives(act.type)) return { act };
  return {
    act,
    disputesThen: actsOn(view, [disputeLine(act.consentId)], view.bound),
    disputesEver: actsOn(view, [disputeLine(act.consentId)], EVER),
    voidings: actsOn(view, [voidLine(act.consentId)], EVER),
    planEnds: act.planId === undefined ? [] : actsOn(view, [planLine(act.planId)], EVER),
  };
}

export interface OpenedDossier {
  /** codes: laws */
  readonly law: string;
  /** CloudEvents source that opened it first. */
  readonly source: string;
}

/** Null for a dossier that is provisional, or not there. */
export function openedDossier(reader: RowReader, stream: StreamName): OpenedDossier | null {
  const row = reader.get('dossier', [stream]);
  return row === undefined || row['law'] === null ? null : { law: row['law'] as string, source: row['source'] as string };
}

/** Every dossier that knows the person, as a member or in an act. */
export function dossiersOf(reader: RowReader, subject: SubjectId): readonly StreamName[] {
  const rows = [...reader.select('member', { subject_id: subject }), ...reader.select('person', { subject_id: subject })];
  return [...new Set(rows.map((row) => row['stream'] as StreamName))];
}

/** Does a source register dossiers under a law? */
export function worksUnder(reader: RowReader, source: string, law: string): boolean {
  return reader.page('dossier', { where: { source, law }, limit: 1 }).length > 0;
}

/** Was something asked or given in the dossier with that law as recipient? */
export function namesLaw(reader: RowReader, stream: StreamName, law: string): boolean {
  return reader.get('named_law', [stream, law]) !== undefined;
}
