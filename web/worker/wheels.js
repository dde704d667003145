/** Wheels, which are zip archives, unpacked by the browser: faster than Python, and before it. */

/** Places in the records of a zip archive, as its specification has them. */
const END = { signature: 0x06054b50, bytes: 22, count: 10, directory: 16 };
const ENTRY = { bytes: 46, method: 10, packed: 20, name: 28, extra: 30, comment: 32, local: 42 };
const LOCAL = { bytes: 30, name: 26, extra: 28 };

/**
 * The files of a wheel that the build has made: without encryption, and below 4 GB.
 *
 * @param {Blob} wheel
 * @returns {Promise<[name: string, contents: Uint8Array<ArrayBuffer>][]>}
 */
export async function unpackWheel(wheel) {
  const archive = await wheel.arrayBuffer();
  const view = new DataView(archive);
  let end = archive.byteLength - END.bytes;
  while (view.getUint32(end, true) !== END.signature) {
    end -= 1; // a comment follows it; without one at all, this ends with a RangeError
  }
  let place = view.getUint32(end + END.directory, true);
  const files = [];
  for (let left = view.getUint16(end + END.count, true); left > 0; left -= 1) {
    const nameBytes = view.getUint16(place + ENTRY.name, true);
    const name = new TextDecoder().decode(new Uint8Array(archive, place + ENTRY.bytes, nameBytes));
    if (!name.endsWith("/")) {
      files.push(contentsOf(view, place).then((contents) => pair(name, contents)));
    }
    const more =
      view.getUint16(place + ENTRY.extra, true) + view.getUint16(place + ENTRY.comment, true);
    place += ENTRY.bytes + nameBytes + more;
  }
  return Promise.all(files);
}

/**
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} contents
 * @returns {[string, Uint8Array<ArrayBuffer>]}
 */
function pair(name, contents) {
  return [name, contents];
}

/**
 * @param {DataView<ArrayBuffer>} view
 * @param {number} entry The place of its record in the directory.
 */
async function contentsOf(view, entry) {
  const local = view.getUint32(entry + ENTRY.local, true);
  const names =
    view.getUint16(local + LOCAL.name, true) + view.getUint16(local + LOCAL.extra, true);
  const length = view.getUint32(entry + ENTRY.packed, true);
  const packed = new Uint8Array(view.buffer, local + LOCAL.bytes + names, length);
  if (view.getUint16(entry + ENTRY.method, true) === 0) {
    return packed.slice();
  }
  const unpacking = new Response(packed).body?.pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(unpacking).arrayBuffer());
}
