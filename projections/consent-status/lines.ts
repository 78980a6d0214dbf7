import type { ConsentAct, ConsentScope } from '#domain/consent/acts';
import type { Recipient } from '#domain/consent/events';
import { organisationName, type AskedScope } from '#domain/consent/scope';
import type { SubjectId } from '#domain/ledger/ids';

/**
 * A line is one row of time: acts of one kind about one scope. An act lies on every line that its scope comes to; a
 * question reads the few lines that it falls in, however long the stream is.
 */
export type LineKind = 'gives' | 'refuses' | 'withdraws' | 'requests' | 'not-asked';

/** Purposes x categories x recipients x persons. A recipient is one of `recipientKeys`, a person an id or EVERYONE. */
export interface Matter {
  readonly purposes: readonly string[];
  readonly categories: readonly string[];
  readonly recipients: readonly string[];
  readonly subjects: readonly string[];
}

/** All of the dossier's subjects with role client or youth, whoever they are at the moment. */
export const EVERYONE = '*';

/** Above this many lines a scope gets one line of its own, which every question to the dossier looks at. */
const SINGLE_LINES_MAX = 32;

/** Null when asking or giving leaves a list out: what was not listed was not asked and not given. */
export function matterOf(scope: ConsentScope): Matter | null {
  const { purposes, categories, recipients } = scope;
  if (purposes === undefined || categories === undefined || recipients === undefined) return null;
  return matter(purposes, categories, recipients.flatMap(listedKey), scope.subjects ?? [EVERYONE]);
}

/** What a refusal or withdrawal takes out of what was asked or given under its consentId. */
export function takenOut(taking: ConsentAct, named: ConsentScope): Matter | null {
  const from = matterOf(named);
  if (from === null) return null;
  return matter(
    within(from.purposes, taking.purposes), within(from.categories, taking.categories),
    taking.recipients === undefined
      ? from.recipients
      : named.recipients!.flatMap((one) => taking.recipients!.flatMap((listed) => bothKeys(one, listed))),
    takenPersons(taking.subjects, named.subjects),
  );
}

function takenPersons(taking: readonly SubjectId[] | undefined, named: readonly SubjectId[] | undefined): readonly string[] {
  if (taking === undefined) return named ?? [EVERYONE];
  return named === undefined ? taking : taking.filter((subject) => named.includes(subject));
}

function within(named: readonly string[], narrowed: readonly string[] | undefined): readonly string[] {
  return narrowed === undefined ? named : named.filter((code) => narrowed.includes(code));
}

function matter(purposes: readonly string[], categories: readonly string[], recipients: readonly string[], subjects: readonly string[]): Matter | null {
  const sorted = (codes: readonly string[]): readonly string[] => [...new Set(codes)].sort();
  const whole = { purposes: sorted(purposes), categories: sorted(categories), recipients: sorted(recipients), subjects: sorted(subjects) };
  return Object.values(whole).some((codes) => codes.length === 0) ? null : whole;
}

const byOrganisation = (name: string): string => `organisation ${organisationName(name)}`;
const byKind = (kind: string): string => `kind ${kind}`;
const byBoth = (name: string, kind: string): string => `both ${JSON.stringify([organisationName(name), kind])}`;

/** By organisation, or by kind where only a kind was given. */
function listedKey({ organisation, kind }: Recipient): readonly string[] {
  if (organisation !== undefined) return [byOrganisation(organisation)];
  return kind === undefined ? [] : [byKind(kind)];
}

/** Which recipients are meant by both the one that was named and the one it is taken from. */
function bothKeys(named: Recipient, taken: Recipient): readonly string[] {
  if (taken.organisation !== undefined) {
    if (named.organisation === undefined) return named.kind === undefined ? [] : [byBoth(taken.organisation, named.kind)];
    return organisationName(named.organisation) === organisationName(taken.organisation) ? [byOrganisation(named.organisation)] : [];
  }
  if (taken.kind === undefined) return [];
  if (named.organisation === undefined) return named.kind === taken.kind ? [byKind(taken.kind)] : [];
  return [named.kind === taken.kind ? byOrganisation(named.organisation) : byBoth(named.organisation, taken.kind)];
}

/** The keys under which a question's recipient may have been listed. */
export function recipientKeys({ organisation, kind }: Recipient): readonly string[] {
  return [
    ...(organisation === undefined ? [] : [byOrganisation(organisation)]),
    ...(kind === undefined ? [] : [byKind(kind)]),
    ...(organisation === undefined || kind === undefined ? [] : [byBoth(organisation, kind)]),
  ];
}

/** Names of the lines of a matter; `wide` when it is one line for the whole of it. */
export function linesOf(kind: LineKind, about: Matter): { readonly lines: readonly string[]; readonly wide: boolean } {
  const { purposes, categories, recipients, subjects } = about;
  if (purposes.length * categories.length * recipients.length * subjects.length > SINGLE_LINES_MAX) {
    return { lines: [`${kind} wide ${JSON.stringify([purposes, categories, recipients, subjects])}`], wide: true };
  }
  const lines = purposes.flatMap((purpose) => categories.flatMap((category) => recipients.flatMap((recipient) =>
    subjects.map((subject) => singleLine(kind, purpose, category, recipient, subject)))));
  return { lines, wide: false };
}

export function singleLine(kind: LineKind, purpose: string, category: string, recipient: string, subject: string): string {
  return `${kind} ${JSON.stringify([purpose, category, recipient, subject])}`;
}

/** Does a question fall in a wide line? */
export function fallsIn(about: Matter, asked: Pick<AskedScope, 'purpose' | 'category'>, recipients: readonly string[], subjects: readonly string[]): boolean {
  return about.purposes.includes(asked.purpose) && about.categories.includes(asked.category)
    && recipients.some((key) => about.recipients.includes(key)) && subjects.some((key) => about.subjects.includes(key));
}

export const genericLine = (subject: string): string => `generic ${subject}`;
export const disputeLine = (consentId: string): string => `dispute ${consentId}`;
export const voidLine = (consentId: string): string => `void ${consentId}`;
export const planLine = (planId: string): string => `plan ${planId}`;
