import type { RefusalCode } from '#domain/ledger/refusals';
import type { EndpointRow } from '#src/identity/role-table';
import type { DtoSchemas } from '#src/http/openapi/dto-schemas';
import type { Content, Schema } from '#src/http/openapi/schema';

/** Groups of the document, in the order they are shown. */
export const TAGS = {
  Gebeurtenissen: 'Vastleggen wat er gebeurd is, en het bewijs daarvan.',
  Toestemming: 'Vragen over toestemming op een moment.',
  Inzien: 'Dossiers zoeken en lezen. Elk zoeken en elk inzien wordt vastgelegd.',
  Verantwoording: 'De verantwoording over een jaar.',
  Bewaren: 'Bewaartermijnen: het schema en de agenda.',
  Vernietigen: 'Vernietigingslijsten, van opstellen tot verklaring.',
  Controle: 'Wat een ander nodig heeft om het grootboek te controleren.',
  Beheer: 'Of de dienst werkt.',
} as const;
export type Tag = keyof typeof TAGS;

export interface Parameter {
  readonly name: string;
  readonly description: string;
  readonly schema: Schema;
  readonly required?: boolean;
}

export interface Answer {
  readonly description: string;
  readonly content?: Content;
  /** Beside those on every answer: names of components/headers. */
  readonly headers?: readonly string[];
}

/**
 * What the document says of one endpoint beyond its row in the role table. What every endpoint of its kind has
 * (authentication, reading a body, faults of the store) is added by the generator.
 */
export interface EndpointDescription {
  readonly endpoint: `${EndpointRow['method']} ${string}`;
  readonly operationId: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Of the path, in its order. */
  readonly path?: readonly Parameter[];
  readonly query?: readonly Parameter[];
  readonly headers?: readonly Parameter[];
  readonly body?: { readonly content: Content; readonly required?: false };
  readonly answers: Readonly<Record<number, Answer>>;
  readonly refusals?: readonly RefusalCode[];
}

/** Endpoints that belong together, and the schemas of their answers. */
export interface EndpointGroup {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly endpoints: readonly EndpointDescription[];
}

export type DescribeGroup = (dtos: DtoSchemas) => EndpointGroup;

export const MIN_POSITION: Parameter = {
  name: 'Rekenschap-Min-Position',
  description: 'Positie uit een ontvangstbewijs: het antwoord kent in elk geval alles tot en met deze positie.',
  schema: { type: 'integer', minimum: 0 },
};
