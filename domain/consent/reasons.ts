import type { ConsentAct } from '#domain/consent/acts';
import { dayOf } from '#domain/ledger/moments';

/** Dutch, for a person: why consent has the status it has. */
export const NONE = 'Er is geen toestemming gevonden voor dit doel, deze ontvanger en dit soort gegevens.';
export const NOT_ASKED = 'De toestemming is niet gevraagd. Bij het besluit om te delen is vastgelegd waarom.';
export const REQUESTED = 'De toestemming is gevraagd. Er is nog geen antwoord vastgelegd.';
export const ASKED_AGAIN = 'De toestemming was er niet meer en is opnieuw gevraagd. Er is nog geen antwoord vastgelegd.';
export const GENERIC = 'De toestemming noemt geen bepaald doel, bepaalde ontvanger of bepaald soort gegevens. Zo’n algemene toestemming is niet geldig.';
export const SAME_DAY = 'Op deze dag is meer vastgelegd en de volgorde is niet bekend. Daarom telt het strengste.';
export const UNINFORMED = 'De toestemming is gegeven zonder dat de gevolgen waren uitgelegd of begrepen. Daarom is zij niet geldig.';

export function voided(resolution: ConsentAct): string {
  return resolution.outcome === 'unproven'
    ? `De toestemming is betwist en bleek niet aan te tonen. Daarom geldt zij vanaf het begin niet. Dit is vastgesteld op ${dayIn(resolution)}.`
    : `De toestemming is betwist en bleek ongeldig. Daarom geldt zij vanaf het begin niet. Dit is vastgesteld op ${dayIn(resolution)}.`;
}

export function disputed(dispute: ConsentAct): string {
  return `De toestemming is betwist sinds ${dayIn(dispute)}. Tot er een uitkomst is, geldt zij niet.`;
}

export function contested(dispute: ConsentAct): string {
  return `De toestemming gold op dit moment, maar is later betwist, op ${dayIn(dispute)}. Ook deze tijd is dus betwist.`;
}

export function given(act: ConsentAct, lastDay: string | null): string {
  const done = act.type === 'consent-renewed' ? 'vernieuwd' : 'gegeven';
  return lastDay === null
    ? `De toestemming is ${done} en niet ingetrokken.`
    : `De toestemming is ${done}, niet ingetrokken en loopt tot en met ${dutchDate(lastDay)}.`;
}

export function expired(lastDay: string, planEnded: boolean): string {
  return planEnded
    ? `De toestemming gold voor de duur van het plan. Het plan liep tot en met ${dutchDate(lastDay)}, dus de toestemming is nu verlopen.`
    : `De toestemming liep tot en met ${dutchDate(lastDay)} en is nu verlopen.`;
}

export function refused(act: ConsentAct): string {
  return `De toestemming is geweigerd op ${dayIn(act)}.`;
}

export function withdrawn(act: ConsentAct): string {
  return `De toestemming is ingetrokken op ${dayIn(act)}. Wat daarvoor is gedeeld, blijft zoals het was.`;
}

function dayIn(act: ConsentAct): string {
  return dutchDate(dayOf(act.occurred).toString());
}

const MONTHS = [
  'januari', 'februari', 'maart', 'april', 'mei', 'juni',
  'juli', 'augustus', 'september', 'oktober', 'november', 'december',
] as const;

function dutchDate(day: string): string {
  const date = Temporal.PlainDate.from(day);
  return `${date.day} ${MONTHS[date.month - 1]!} ${date.year}`;
}
