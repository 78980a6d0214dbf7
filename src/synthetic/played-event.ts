import { TIME_ZONE } from '#domain/ledger/moments';

/** An imaginary organisation number: no organisation has it. */
export const DEMO_OIN = '00000001999999999000';

/** The imaginary municipality's systems, one per law; each has a token of its own. */
export const SYSTEMS = {
  wmo2015: 'wmo-registratie',
  jeugdwet: 'jeugd-registratie',
  wgs: 'schuldhulp-registratie',
  participatiewet: 'inkomen-registratie',
  leerplichtwet: 'leerplicht-registratie',
  leerlingenvervoer: 'vervoer-registratie',
} as const;
export type DemoLaw = keyof typeof SYSTEMS;

/** Who sends it: a case system (by its law) or a person with a role. */
export type Sender = { readonly law: DemoLaw } | { readonly role: 'privacy-officer' | 'record-manager' };

/** One event as the municipality experiences it: when, from whom, what. */
export interface PlayedEvent {
  readonly at: Temporal.Instant;
  /** When the sender logs it; absent: two minutes after it happened. */
  readonly loggedAt?: Temporal.Instant;
  /** The sender's own id; absent: numbered by whoever sends it. */
  readonly id?: string;
  /** Own id of the event that this one annuls: its ledger id is filled in from the receipt. */
  readonly annuls?: string;
  readonly sender: Sender;
  /** Catalogue name without the reverse-DNS prefix. */
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export function sourceOf(sender: Sender): string {
  const name = 'law' in sender ? SYSTEMS[sender.law] : 'rekenschap';
  return `urn:nld:oin:${DEMO_OIN}:systeem:${name}`;
}

/** A moment on a day in Amsterdam. `day` as 2026-01-31, `time` as 09:30. */
export function moment(day: string, time = '10:00'): Temporal.Instant {
  return Temporal.PlainDateTime.from(`${day}T${time}`).toZonedDateTime(TIME_ZONE).toInstant();
}

export function dayPlus(day: string, duration: Temporal.DurationLike): string {
  return Temporal.PlainDate.from(day).add(duration).toString();
}

/** Known by a BSN of the test range or, beyond that range, by a number of the case system. */
export type DossierPerson = ({ readonly bsn: string } | { readonly system: string; readonly reference: string }) & {
  readonly role: string;
  readonly dateOfBirth?: string;
}

/** Writes the events of one dossier in the words of the catalogue. */
export class DossierPen {
  readonly events: PlayedEvent[] = [];

  constructor(readonly law: DemoLaw, readonly reference: string) {}

  get dossier(): { readonly system: string; readonly reference: string } {
    return { system: SYSTEMS[this.law], reference: this.reference };
  }

  opened(day: string, subjects: readonly DossierPerson[], more: Readonly<Record<string, unknown>> = {}): this {
    return this.fact('dossier-opened', day, { subjects, law: this.law, ...more });
  }

  closed(day: string, result: string): this {
    return this.fact('dossier-closed', day, { on: day, result });
  }

  /** A casusoverleg in which this dossier is one of the cases, the other one anonymous. */
  meeting(day: string, meetingId: string): this {
    const at = moment(day, '13:30');
    this.events.push({
      at, type: 'casusoverleg-held', sender: { law: this.law },
      data: {
        occurredAt: at.toString(), meetingId, on: day, kind: 'over-domeinen',
        participants: [
          { organisation: 'Gemeente Voorbeeldstad', role: 'procesregisseur' },
          { organisation: 'Zorgaanbieder De Linde (verzonnen)', role: 'betrokken-hulpverlener' },
        ],
        items: [{ dossier: this.dossier, mode: 'herleidbaar', subjectInvited: true, subjectPresent: false }, { anonymous: true, mode: 'anoniem' }],
      },
    });
    return this;
  }

  /** Any fact sent by the dossier's own system, or by a person when `role` is given. */
  fact(type: string, day: string, data: Readonly<Record<string, unknown>>, options: { readonly time?: string; readonly role?: 'privacy-officer' | 'record-manager' } = {}): this {
    const at = moment(day, options.time ?? NEXT_TIMES[this.events.length % NEXT_TIMES.length]);
    this.events.push({
      at, type,
      sender: options.role === undefined ? { law: this.law } : { role: options.role },
      data: { occurredAt: at.toString(), dossier: this.dossier, ...data },
    });
    return this;
  }
}

/** Later facts of one day come later on that day. */
const NEXT_TIMES = ['09:05', '09:40', '10:15', '11:00', '11:35', '13:10', '14:00', '14:45', '15:20', '16:05'];
