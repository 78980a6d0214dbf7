/** One record of the transaction log. Positions and revisions are unsigned; `position` is a byte offset. */
export interface LogRecord {
  readonly position: bigint;
  /** Bytes in the log, frame included. */
  readonly size: number;
  readonly stream: string;
  readonly revision: bigint;
  readonly id: string;
  readonly type: string;
  readonly json: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  /** .NET ticks of 100 ns, as the server sends them. */
  readonly created: bigint;
}

export type NewRecord = Omit<LogRecord, 'position' | 'size' | 'created'>;

/** The revision of a tombstone: the largest signed 64-bit number. */
export const TOMBSTONE_REVISION = 9223372036854775807n;
export const TOMBSTONE_TYPE = '$streamDeleted';

const FRAME = 4;

/** length, body, length: as the server's log, so that a torn end is recognised. The bytes of data stand in it as they are. */
export function encode(record: Omit<LogRecord, 'size'>): Buffer {
  const body = Buffer.concat([
    Buffer.from(
      JSON.stringify({
        position: String(record.position),
        stream: record.stream,
        revision: String(record.revision),
        id: record.id,
        type: record.type,
        json: record.json,
        created: String(record.created),
        metadata: record.metadata.byteLength,
      }),
    ),
    Buffer.from([0]),
    record.metadata,
    record.data,
  ]);
  const frame = Buffer.alloc(body.byteLength + 2 * FRAME);
  frame.writeUInt32LE(body.byteLength, 0);
  body.copy(frame, FRAME);
  frame.writeUInt32LE(body.byteLength, FRAME + body.byteLength);
  return frame;
}

/** The whole records of a file; what is torn at its end is left out. */
export function decodeAll(bytes: Buffer): LogRecord[] {
  const records: LogRecord[] = [];
  let at = 0;
  while (at + FRAME <= bytes.byteLength) {
    const length = bytes.readUInt32LE(at);
    const end = at + length + 2 * FRAME;
    if (end > bytes.byteLength || bytes.readUInt32LE(end - FRAME) !== length) break;
    records.push(decode(bytes.subarray(at + FRAME, end - FRAME), length + 2 * FRAME));
    at = end;
  }
  return records;
}

function decode(body: Buffer, size: number): LogRecord {
  const split = body.indexOf(0);
  const head = JSON.parse(body.subarray(0, split).toString('utf8')) as Record<string, string> & { json: boolean; metadata: number };
  const rest = body.subarray(split + 1);
  const text = (name: string): string => head[name] ?? '';
  return {
    position: BigInt(text('position')),
    size,
    stream: text('stream'),
    revision: BigInt(text('revision')),
    id: text('id'),
    type: text('type'),
    json: head.json,
    created: BigInt(text('created')),
    metadata: Uint8Array.from(rest.subarray(0, head.metadata)),
    data: Uint8Array.from(rest.subarray(head.metadata)),
  };
}
