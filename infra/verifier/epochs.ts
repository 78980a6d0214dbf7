import { verify } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { readHeads, type HeadRecord } from '#infra/verifier/head-lines';
import { carriesSignature, readCheckpoint, type LogVerifier } from '#infra/verifier/signed-note';
import type { Findings } from '#infra/verifier/verification';

/**
 * One epoch of the ledger: from the leaf that started it up to the next one. A restored backup that was older than the
 * head starts a new one, with a name and a key of its own; leaves keep their places.
 */
export interface Epoch {
  readonly number: number;
  readonly head: HeadRecord;
  /** Leaves from here on are signed under this epoch's key. */
  readonly from: number;
  /** First leaf of the next epoch. */
  readonly until: number;
}

interface Started {
  readonly position: number;
  readonly header: Buffer;
  readonly payload: Buffer;
}

interface StartedData {
  readonly epoch?: unknown;
  readonly origin?: unknown;
  readonly logKey?: unknown;
  readonly previous?: { readonly checkpoint?: unknown; readonly lost?: unknown; readonly endorsement?: unknown } | null;
}

/** Where an earlier epoch's key and lines lie in each head folder. */
const EARLIER = 'epochs';
const LOG_CONTEXT = 'rekenschap/log-event/v1\n';
const ENDORSEMENT_CONTEXT = 'rekenschap/epoch/v1\n';
/** Of an Ed25519 SubjectPublicKeyInfo; `epoch-started` names its key in that form. */
const SPKI = { type: 'spki', format: 'der' } as const;

/** The lines of every earlier epoch that a head folder keeps, oldest first. */
export function readEarlierHeads(headDirs: readonly string[], findings: Findings): readonly { readonly number: number; readonly head: HeadRecord }[] {
  const numbers = new Set(headDirs.flatMap((dir) => {
    const folder = join(dir, EARLIER);
    return existsSync(folder) ? readdirSync(folder).filter((name) => /^[1-9][0-9]{0,3}$/.test(name)).map(Number) : [];
  }));
  return [...numbers].sort((a, b) => a - b).flatMap((number) => {
    const lines = join(EARLIER, String(number));
    const head = readHeads(headDirs.filter((dir) => existsSync(join(dir, lines))), findings, lines);
    return head === null ? [] : [{ number, head }];
  });
}

/** Binds each epoch's lines to the leaves it signed, by the `epoch-started` events; what does not fit is a finding. */
export function bindEpochs(ledger: Database.Database, earlier: ReturnType<typeof readEarlierHeads>, current: HeadRecord, findings: Findings): readonly Epoch[] {
  const started = startedEvents(ledger);
  const heads = [...earlier, { number: numberOf(current.log), head: current }];
  const unknown = [...started.keys()].filter((number) => !heads.some((each) => each.number === number));
  if (unknown.length > 0) {
    findings.add('epoch-head-missing', `De hoofdregels van tijdvak ${unknown.join(', ')} ontbreken; dat deel van het grootboek is niet te controleren.`);
  }
  // A start that is not there yet lies where the new head begins.
  let until = Infinity;
  const epochs = heads.toReversed().map(({ number, head }, index): Epoch => {
    // Of an earlier epoch whose start was lost itself, nothing came back.
    const isFirst = number === heads[0]!.number && ![...started.keys()].some((other) => other < number);
    const from = isFirst ? 0 : started.get(number)?.position ?? (index === 0 ? head.roots[0]!.size : until);
    const epoch = { number, head, from, until };
    until = from;
    return epoch;
  }).reverse();
  if (earlier.length > 0 && !started.has(epochs.at(-1)!.number)) {
    findings.add('epoch-unfinished', 'De hoofdmappen beginnen een nieuw tijdvak dat in het grootboek ontbreekt: het terugzetten is niet afgemaakt.');
  }
  epochs.slice(1).forEach((epoch, index) => {
    const event = started.get(epoch.number);
    if (event !== undefined) checkStart(event, epoch, epochs[index]!, findings);
  });
  return epochs;
}

/** The log key that signs at this place; null where its epoch's head is missing, which is a finding of its own. */
export function logAt(epochs: readonly Epoch[], position: number): LogVerifier | null {
  return epochs.findLast(({ from }) => from <= position)?.head.log ?? null;
}

/** By epoch. Types are lookup only, but one that hides a start also differs from its header, which is a finding. */
function startedEvents(ledger: Database.Database): ReadonlyMap<number, Started> {
  const rows = ledger.prepare("SELECT position, header, payload FROM events WHERE stream_no < 0 AND type = 'epoch-started' ORDER BY position").all() as Started[];
  return new Map(rows.flatMap((row): [number, Started][] => {
    const epoch = dataOf(row.payload)?.epoch;
    return typeof epoch === 'number' ? [[epoch, row]] : [];
  }));
}

/** `rekenschap/<oin>`, from the second epoch on with its number behind it. */
function numberOf({ name }: LogVerifier): number {
  return Number(/^[^/]+\/[^/]+\/([1-9][0-9]{0,3})$/.exec(name)?.[1] ?? 1);
}

function checkStart({ position, header, payload }: Started, epoch: Epoch, before: Epoch, findings: Findings): void {
  const wrong = (what: string): void => { findings.add('epoch-inconsistent', `Het begin van tijdvak ${epoch.number} klopt niet: ${what}.`, position); };
  const data = opened(header, payload, epoch.head.log);
  // That it is forged is found with every other event of the log.
  if (data === null) return;
  const { log } = epoch.head;
  if (data.epoch !== epoch.number || data.origin !== log.name || data.logKey !== log.publicKey.export(SPKI).toString('base64')) wrong('het noemt een andere naam of sleutel');
  const { checkpoint, lost, endorsement } = data.previous ?? {};
  const note = typeof checkpoint === 'string' ? readCheckpoint(checkpoint) : null;
  if (note === null || !carriesSignature(note, before.head.log)) return wrong('het noemt geen controlepunt van het vorige tijdvak');
  if (note.size < before.head.size) wrong(`het vorige tijdvak is getekend tot omvang ${before.head.size}, en het noemt ${note.size}`);
  const expected = note.size > position ? [position, note.size - 1] : null;
  if (JSON.stringify(lost ?? null) !== JSON.stringify(expected)) wrong('het noemt een ander verlies dan er is');
  if (expected !== null) {
    findings.add('epoch-lost', `Bij het terugzetten van een reservekopie zijn ${note.size - position} bladen verloren gegaan (${position} tot en met ${note.size - 1}); het grootboek zegt dat zelf.`, position);
  }
  if (endorsement === undefined) {
    findings.add('epoch-unendorsed', 'De sleutel van het nieuwe tijdvak is niet met de oude ondertekend: vraag elders na of dit de echte is.', position);
  } else if (!endorsed(before.head.log, log, String(checkpoint), endorsement)) wrong('de oude sleutel heeft de nieuwe niet ondertekend');
}

/** Ed25519 of the old key over a context line, the new log's name, its key in base64 and the old checkpoint. */
function endorsed(old: LogVerifier, fresh: LogVerifier, checkpoint: string, endorsement: unknown): boolean {
  const key = fresh.publicKey.export(SPKI).toString('base64');
  const message = Buffer.from(`${ENDORSEMENT_CONTEXT}${fresh.name}\n${key}\n${checkpoint}`, 'utf8');
  return typeof endorsement === 'string' && verify(null, message, old.publicKey, Buffer.from(endorsement, 'base64'));
}

function opened(header: Buffer, payload: Buffer, log: LogVerifier): StartedData | null {
  if (payload.length < 64) return null;
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  const message = Buffer.concat([Buffer.from(LOG_CONTEXT, 'utf8'), length, header, payload.subarray(64)]);
  if (!verify(null, message, log.publicKey, payload.subarray(0, 64))) return null;
  return dataOf(payload) ?? {};
}

function dataOf(payload: Buffer): StartedData | null {
  try {
    return (JSON.parse(payload.toString('utf8', 64)) as { data?: StartedData }).data ?? null;
  } catch {
    return null;
  }
}
