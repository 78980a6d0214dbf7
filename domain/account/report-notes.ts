import { digits } from '#domain/account/dutch';
import type { Position } from '#domain/ledger/ids';

export interface NoteFacts {
  readonly year: number;
  readonly today: Temporal.PlainDate;
  /** In Dutch. */
  readonly madeOn: string;
  readonly position: Position;
  readonly survivorsOnly: boolean;
}

/** Chapter 12: what stands behind the figures, and what does not yet. */
export function reportNotes({ year, today, madeOn, position, survivorsOnly }: NoteFacts): readonly string[] {
  const notes = [
    `Dit verslag is gemaakt op ${madeOn}.`,
    position < 0 ? 'Het grootboek is nog leeg.' : `Alle gebeurtenissen tot en met plaats ${digits(position)} in het grootboek tellen mee.`,
    'Het controlepunt hieronder hoort bij deze stand van het grootboek. Wie twijfelt, kan het laten nagaan met de opdracht verify.',
  ];
  if (today.year <= year) notes.push(`Het jaar ${year} is nog niet voorbij. De cijfers kunnen dus nog veranderen.`);
  notes.push(
    'Een later bericht over dit jaar verandert de cijfers. Het vernietigen van dossiers verandert ze niet.',
    'De cijfers gaan alleen over wat systemen en mensen hebben gemeld. Welke systemen meedoen en sinds wanneer, staat nog niet in het grootboek.',
    'Dit is de volledige uitgave. Kleine getallen staan er gewoon in. Maak deze uitgave daarom niet openbaar.',
  );
  if (survivorsOnly) notes.push('Let op: deze telling bestond nog niet toen er dossiers zijn vernietigd. Zij telt alleen de dossiers die er nog zijn.');
  return notes;
}
