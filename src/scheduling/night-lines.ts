import { END_REASONS } from '#domain/destruction/standing';
import type { ListPhase } from '#domain/destruction/list-state';
import { WAITS_FOR, type ListsOfNight } from '#src/scheduling/nightly-lists';
import type { NightlyCounts } from '#src/scheduling/nightly-run';
import { counted } from '#src/words/counted';

/** What a night did, for applicatiebeheer: Dutch sentences, none for a night of nothing. Numbers and ids only. */
export function nightLines({ today, retentionExpired, consentExpired, authorityEnded, lists }: NightlyCounts): readonly string[] {
  return [
    ...(retentionExpired + consentExpired + authorityEnded === 0 ? [] : [
      `Nachtelijke run tot en met ${today}: ${counted(retentionExpired, 'bewaartermijn', 'bewaartermijnen')} voorbij, ${counted(consentExpired, 'toestemming', 'toestemmingen')} verlopen, ${authorityEnded} keer einde van gezag.`,
    ]),
    ...(lists === undefined ? [] : listLines(lists)),
  ];
}

function listLines({ executed = [], stopped = [], refused = [], proposed, withdrawn = [], reminded = [], untold = [], followDrawn, followed = [], heldAtSource, permanentAtSource, completed, rewriteBlocked }: ListsOfNight): readonly string[] {
  return [
    ...executed.map(({ listId, destroyed }) => `Onder een doorlopende machtiging vernietigd: ${counted(destroyed, 'dossier', 'dossiers')} (lijst ${listId}).`),
    ...stopped.map(({ authorisationId, reason, due }) => `SIGNAAL: doorlopende machtiging ${authorisationId} is ${END_REASONS[reason]} (${counted(due, 'dossier', 'dossiers')}). Er is niets vernietigd. Zoek uit waarom, en vraag de archivaris zo nodig een nieuwe.`),
    ...refused.map((code) => `SIGNAAL: onder een doorlopende machtiging kon vannacht niets weg (${code}).`),
    ...(proposed === undefined ? [] : [`Voorstel voor vernietiging opgesteld: ${counted(proposed.items, 'dossier', 'dossiers')} (lijst ${proposed.listId}). Een recordmanager neemt het over.`]),
    ...withdrawn.map((listId) => `Voorstel ${listId} is ingetrokken: niemand nam het over.`),
    ...followed.map(({ listId, destroyed }) => `Na het bronsysteem vernietigd: ${destroyed} dossiers (lijst ${listId}).`),
    ...(followDrawn === undefined ? [] : [`Het bronsysteem heeft ${followDrawn.items} dossiers vernietigd. Zij volgen hier na de wachttijd (lijst ${followDrawn.listId}).`]),
    ...(heldAtSource === undefined || heldAtSource === 0 ? [] : [`SIGNAAL: ${heldAtSource} dossiers zijn in het bronsysteem vernietigd, en blijven hier door een vernietigingsverbod. Neem contact op met wie dat verbod gaf.`]),
    ...(permanentAtSource === undefined || permanentAtSource === 0 ? [] : [`SIGNAAL: ${counted(permanentAtSource, 'dossier is', 'dossiers zijn')} in het bronsysteem vernietigd, maar hier blijvend te bewaren. Vraag de archivaris wat ermee moet. Ze staan in de agenda bij permanent-at-source.`]),
    ...(completed === undefined ? [] : [`Het grootboek is herschreven. Daarmee ${completed === 1 ? 'is 1 vernietiging' : `zijn ${completed} vernietigingen`} afgerond.`]),
    ...(rewriteBlocked === true ? ['SIGNAAL: het grootboek kon niet worden herschreven, want er leest nog iets in het bestand (een reservekopie, een ander programma). Morgen weer.'] : []),
    ...untold.map(({ listId, recipients, days, urgent }) => `${urgent ? 'SIGNAAL' : 'Herinnering'}: van lijst ${listId} moet nog aan ${counted(recipients, 'ontvanger', 'ontvangers')} gemeld worden dat er gewist is (AVG artikel 19), al ${counted(days, 'dag', 'dagen')}. De namen gaan dertig dagen na de uitvoering weg.`),
    ...reminded.map(({ listId, phase, days, urgent }) => `${urgent ? 'SIGNAAL' : 'Herinnering'}: lijst ${listId} ligt ${days} dagen stil; ${WAITS_FOR[phase as ListPhase] ?? 'niemand handelt'}.`),
  ];
}
