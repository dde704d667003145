/** All that a run has printed, as it came, up to a bound: what the console does not show is here. */

/** How many characters of a run are kept; of a longer one, the last so many. */
export const MAX_CHARACTERS = 20_000_000;
/** Pieces are joined to chunks of about this length, so that a million of them cost little. */
const CHUNK_CHARACTERS = 65_536;

export class FullText {
  constructor() {
    /** @type {{stream: string, text: string}[]} */
    this.chunks = [];
    this.length = 0;
    /** Characters at the beginning that were let go. */
    this.dropped = 0;
  }

  /**
   * @param {string} text
   * @param {string} stream
   */
  add(text, stream) {
    const last = this.chunks.at(-1);
    if (last && last.stream === stream && last.text.length < CHUNK_CHARACTERS) {
      last.text += text;
    } else {
      this.chunks.push({ stream, text });
    }
    this.length += text.length;
    while (this.length > MAX_CHARACTERS && this.chunks.length > 1) {
      const first = /** @type {{text: string}} */ (this.chunks.shift());
      this.length -= first.text.length;
      this.dropped += first.text.length;
    }
  }
}
