import type { SentEventType } from '#domain/catalogue';
import type { CodePlace, CodePlaces } from '#domain/mapping/code-places';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { fieldsOf, type FieldDescription } from '#src/events/dto/describe';
import { CONSTRAINT } from '#src/events/dto/fields';

type Constructor = new () => object;

const STEERING: ReadonlySet<string> = new Set([CONSTRAINT.knownCode, CONSTRAINT.knownCodes]);

const byType = new Map<SentEventType, CodePlaces>();

/** Where codes stand in the data of a type, read from the class that checks them. */
export function codePlacesOf(type: SentEventType): CodePlaces {
  let places = byType.get(type);
  if (places === undefined) {
    places = placesOf(DTO_BY_TYPE[type], []);
    byType.set(type, places);
  }
  return places;
}


function placesOf(dto: Constructor, above: readonly Constructor[]): CodePlaces {
  return new Map(fieldsOf(dto).flatMap((field) => {
    const place = placeOf(field, [...above, dto]);
    return place === null ? [] : [[field.name, place] as const];
  }));
}

function placeOf({ of, lists, constraint }: FieldDescription, above: readonly Constructor[]): CodePlace | null {
  if (of !== undefined) {
    const dto = of();
    if (above.includes(dto)) throw new Error(`${dto.name} holds itself`);
    const places = placesOf(dto, above);
    return places.size === 0 ? null : { kind: 'group', places };
  }
  return lists === undefined ? null : { kind: 'code', lists, steers: STEERING.has(constraint) };
}
