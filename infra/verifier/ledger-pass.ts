import { hash, verify } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type Database from 'better-sqlite3';
import { CompactRange } from '#infra/verifier/compact-range';
import { logAt, type Epoch } from '#infra/verifier/epochs';
import { FrontierCheck } from '#infra/verifier/frontier-check';
import type { HeadRecord } from '#infra/verifier/head-lines';
import { Runs } from '#infra/verifier/runs';
import type { LogVerifier } from '#infra/verifier/signed-note';
import type { Findings } from '#infra/verifier/verification';

/** What the header bytes of one event say; the columns are lookup only. */
export interface Header {
  readonly id: string;
  readonly recordedAt: string;
  readonly revision: number;
  readonly stream: string;
  readonly type: string;
}

/** A further check that sees every event once, in order. */
export type EventCheck = (header: Header, headerBytes: Buffer, payload: Buffer, position: number) => void;

/** A root somebody vouches for: a head line, or a checkpoint from outside. */
export interface ExpectedRoot {
  readonly size: number;
  readonly root: string;
  readonly from: 'head' | 'outside';
}

export interface LedgerPass {
  readonly leaves: number;
  /** base64 root at the head's size; null when the ledger does not reach it. */
  readonly rootAtHead: string | null;
  readonly comparedAt: readonly number[];
  /** Leaves without an event: sorted inclusive ranges. */
  readonly absent: readonly (readonly [number, number])[];
  readonly runs: Runs;
  /** The vault that the latest `epoch-started` names, and where it does. */
  readonly vaultOfEpoch: { readonly id: unknown; readonly position: number } | null;
}

const PAGE = 1_000;
const HASH_BYTES = 32;
const HEADER_BYTES_MAX = 64 * 1024;
const LOG_CONTEXT = Buffer.from('rekenschap/log-event/v1\n', 'utf8');
/** Canonical JSON of a header can have this one form only: its values hold nothing that is escaped. */
const HEADER = /^\{"id":"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})","recordedAt":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z)","revision":(0|[1-9][0-9]{0,14}),"schema":[1-9][0-9]{0,5},"stream":"([a-z][a-z-]*-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})","type":"([a-z][a-z0-9-]*)"\}$/;

/** `bytes`: leaf hash, header and payload in one, since every blob of its own costs more than reading it. */
type Row = [idx: number, bytes: Buffer, headerLength: number | null, stream: string, revision: number, id: string, type: string, streamNo: number];

/** One pass over leaves and events in leaf order, inside the caller's read transaction. */
export async function passLedger({ ledger, head, epochs, expected, check, findings }: {
  readonly ledger: Database.Database;
  readonly head: HeadRecord;
  readonly epochs: readonly Epoch[];
  readonly expected: readonly ExpectedRoot[];
  readonly check: EventCheck | null;
  readonly findings: Findings;
}): Promise<LedgerPass> {
  const page = ledger.prepare(`
    SELECT l.idx, CAST(l.hash || coalesce(e.header, '') || coalesce(e.payload, '') AS BLOB), length(e.header),
      coalesce(s.name, ''), e.revision, e.id, e.type, e.stream_no
    FROM leaves l LEFT JOIN events e ON e.position = l.idx LEFT JOIN streams s ON s.no = e.stream_no
    WHERE l.idx > ? ORDER BY l.idx LIMIT ${PAGE}`).raw();
  const tree = new CompactRange();
  const roots = new RootCheck(expected, head.size, findings);
  const runs = new Runs(findings);
  const revisions = new Map<string, number>();
  const absent: [number, number][] = [];
  let vaultOfEpoch: LedgerPass['vaultOfEpoch'] = null;
  roots.at(tree);
  const frontiers = new FrontierCheck(ledger, findings);
  const entry = Buffer.alloc(1 + 4 + HEADER_BYTES_MAX + HASH_BYTES);
  let after = -1;
  let whole = true;
  for (let rows = page.all(after) as Row[]; rows.length > 0; rows = page.all(after) as Row[]) {
    for (const row of rows) {
      const [position, bytes, headerLength] = row;
      const leaf = bytes.toString('latin1', 0, HASH_BYTES);
      if (whole && position !== tree.size) {
        findings.add('leaf-missing', `Het blad op deze plaats ontbreekt; verder dan hier is de boom niet na te rekenen.`, tree.size);
        whole = false;
      }
      if (whole) {
        tree.add(leaf);
        roots.at(tree);
        frontiers.at(tree);
      }
      if (headerLength === null) {
        const last = absent.at(-1);
        if (last !== undefined && last[1] === position - 1) last[1] = position;
        else absent.push([position, position]);
        continue;
      }
      const header = checkEvent(row, leaf, headerLength, entry, findings);
      if (header === null) continue;
      const next = revisions.get(header.stream) ?? 0;
      if (header.revision !== next) findings.add('revision-gap', `Deze gebeurtenis is nummer ${header.revision} in haar stroom; verwacht was ${next}.`, position);
      revisions.set(header.stream, header.revision + 1);
      if (header.stream.startsWith('log-')) {
        const data = openLogEvent(...parts(bytes, headerLength), logAt(epochs, position));
        if (data === undefined) findings.add('log-event-forged', 'Deze gebeurtenis van het grootboek zelf draagt niet de handtekening van de logsleutel.', position);
        else if (position < head.size) {
          runs.take(header.type, data, position, header.recordedAt);
          if (header.type === 'epoch-started') vaultOfEpoch = { id: (data as { vault?: unknown } | null)?.vault, position };
        }
      } else {
        check?.(header, ...parts(bytes, headerLength), position);
      }
    }
    after = rows[rows.length - 1]![0];
    // A running service keeps answering while its ledger is being verified.
    await breathe();
  }
  roots.end(tree.size);
  frontiers.end();
  return { leaves: tree.size, rootAtHead: roots.atHead, comparedAt: roots.comparedAt, absent, runs, vaultOfEpoch };
}

function parts(bytes: Buffer, headerLength: number): [header: Buffer, payload: Buffer] {
  const payloadAt = HASH_BYTES + headerLength;
  return [bytes.subarray(HASH_BYTES, payloadAt), bytes.subarray(payloadAt)];
}

/** Null, with a finding, when the header cannot be read; every other difference is a finding and reading goes on. */
function checkEvent(row: Row, leaf: string, headerLength: number, entry: Buffer, findings: Findings): Header | null {
  const [position, bytes, , stream, revision, id, type, streamNo] = row;
  if (headerLength > HEADER_BYTES_MAX) {
    findings.add('header-malformed', 'De kop van deze gebeurtenis is te lang.', position);
    return null;
  }
  const payloadAt = HASH_BYTES + headerLength;
  // 0x00 || uint32be(length of header) || header || SHA-256(payload)
  entry.writeUInt32BE(headerLength, 1);
  bytes.copy(entry, 5, HASH_BYTES, payloadAt);
  entry.write(hash('sha256', bytes.subarray(payloadAt), 'latin1'), 5 + headerLength, 'latin1');
  if (hash('sha256', entry.subarray(0, 5 + headerLength + HASH_BYTES), 'latin1') !== leaf) {
    findings.add('leaf-differs', 'De gebeurtenis en haar blad horen niet bij elkaar: een van beide is veranderd.', position);
  }
  const match = HEADER.exec(bytes.toString('latin1', HASH_BYTES, payloadAt));
  if (match === null) {
    findings.add('header-malformed', 'De kop van deze gebeurtenis is niet te lezen.', position);
    return null;
  }
  // A piece of the header's text would keep the whole text in memory for as long as the stream's revision is counted.
  const name = match[4] === stream ? stream : match[4]!;
  const header = { id: match[1]!, recordedAt: match[2]!, revision: Number(match[3]), stream: name, type: match[5]! };
  // Below zero are the ledger's own streams: another number would hide an announcement from who asks for those.
  const numbered = streamNo < 0 === name.startsWith('log-');
  if (header.id !== id || header.revision !== revision || header.stream !== stream || header.type !== type || !numbered) {
    findings.add('columns-differ', 'De kolommen bij deze gebeurtenis zeggen iets anders dan haar kop.', position);
  }
  return header;
}

/** Undefined when the signature does not hold. */
function openLogEvent(header: Buffer, payload: Buffer, log: LogVerifier | null): unknown {
  if (payload.length < 64) return undefined;
  if (log === null) return dataOf(payload.subarray(64));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(header.length);
  const json = payload.subarray(64);
  if (!verify(null, Buffer.concat([LOG_CONTEXT, length, header, json]), log.publicKey, payload.subarray(0, 64))) return undefined;
  return dataOf(json);
}

function dataOf(json: Buffer): unknown {
  try {
    return (JSON.parse(json.toString('utf8')) as { data?: unknown }).data ?? null;
  } catch {
    return undefined;
  }
}

/** Compares the growing tree with every root somebody vouches for, at exactly that size. */
class RootCheck {
  readonly #expected: readonly ExpectedRoot[];
  readonly #headSize: number;
  readonly #findings: Findings;
  #next = 0;
  #lastGood = 0;
  #broken = false;
  atHead: string | null = null;
  readonly comparedAt: number[] = [];

  constructor(expected: readonly ExpectedRoot[], headSize: number, findings: Findings) {
    this.#expected = [...expected].sort((a, b) => a.size - b.size);
    this.#headSize = headSize;
    this.#findings = findings;
  }

  at(tree: CompactRange): void {
    while (this.#expected[this.#next]?.size === tree.size) {
      const { root, from } = this.#expected[this.#next]!;
      this.#next += 1;
      const actual = tree.root();
      if (tree.size === this.#headSize) this.atHead = actual;
      if (from === 'outside') {
        if (actual === root) this.comparedAt.push(tree.size);
        else this.#findings.add('outside-differs', `Bij omvang ${tree.size} heeft dit grootboek een andere wortel dan wat van buiten kwam.`, tree.size);
      } else if (actual === root) {
        if (!this.#broken) this.#lastGood = tree.size;
      } else if (!this.#broken) {
        // Every later root differs for the same reason: the first says where.
        this.#broken = true;
        this.#findings.add('root-differs', `De wortel klopt niet meer bij omvang ${tree.size}: tussen blad ${this.#lastGood} en blad ${tree.size - 1} is een blad veranderd.`, this.#lastGood);
      }
    }
  }

  end(leaves: number): void {
    const missing = this.#expected.slice(this.#next);
    if (missing.some(({ from }) => from === 'head')) {
      this.#findings.add('ledger-behind-head', `Het grootboek heeft ${leaves} bladen; het hoofd is getekend tot ${this.#headSize}. Het einde is weg.`, leaves);
    }
    for (const { size } of missing.filter(({ from }) => from === 'outside')) {
      this.#findings.add('outside-beyond-ledger', `Van buiten kwam een controlepunt tot omvang ${size}; dit grootboek heeft maar ${leaves} bladen.`, leaves);
    }
  }
}
