import { canonicalJson } from '#domain/ledger/canonical-json';

/**
 * What one event of a chunked series may hold: well under 256 KiB (stores.md clause 6), with room for the rest of
 * the payload. Counted in UTF-8 bytes at most: a character outside ASCII counts for three.
 */
const CHUNK_BYTES = 200 * 1024;

/** In order, never empty: at least one chunk, so that an empty series has its closing event too. */
export function inChunks<Item>(items: readonly Item[], bytesMax = CHUNK_BYTES): readonly (readonly Item[])[] {
  const chunks: Item[][] = [[]];
  let bytes = 0;
  for (const item of items) {
    const size = utf8Bytes(canonicalJson(item)) + 1;
    if (bytes + size > bytesMax && chunks.at(-1)!.length > 0) {
      chunks.push([]);
      bytes = 0;
    }
    chunks.at(-1)!.push(item);
    bytes += size;
  }
  return chunks;
}

function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += text.charCodeAt(index) < 0x80 ? 1 : 3;
  return bytes;
}
