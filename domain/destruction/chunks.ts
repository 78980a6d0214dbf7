import { canonicalJson } from '#domain/ledger/canonical-json';

/**
 * What one event of a chunked series may hold: well under 256 KiB (stores.md clause 6), with room for the rest of
 * the payload. Counted in UTF-8 bytes at most: a character outside ASCII counts for three.
 */
const CHUNK_BYTES = 200 * 1024;

/** In order, never empty: at least one chunk, so that an empty series has its closing event too. */
export function inChunks<Item>(items: readonly Item[], bytesMax = CHUNK_BYTES): readonly (readonly Item[])[] {
  const chunks = [...chunksOf(items, bytesMax)];
  return chunks.length === 0 ? [[]] : chunks;
}

/** One chunk at a time, of items that come one at a time: a list of any length takes no more memory than a chunk. */
export function* chunksOf<Item>(items: Iterable<Item>, bytesMax = CHUNK_BYTES): Generator<readonly Item[]> {
  let chunk: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = utf8Bytes(canonicalJson(item)) + 1;
    if (bytes + size > bytesMax && chunk.length > 0) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += text.charCodeAt(index) < 0x80 ? 1 : 3;
  return bytes;
}
