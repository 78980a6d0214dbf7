/** Bounds what is under way at once, in number and in bytes; who comes when it is full waits in order. */
export class Room {
  #places: number;
  #bytes: number;
  readonly #waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];

  constructor(places: number, bytes: number) {
    this.#places = places;
    this.#bytes = bytes;
  }

  enter(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) {
      this.#take(bytes);
      return Promise.resolve();
    }
    return new Promise((resolve) => this.#waiting.push({ bytes, resolve }));
  }

  leave(bytes: number): void {
    this.#places += 1;
    this.#bytes += bytes;
    while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.bytes)) {
      const next = this.#waiting.shift()!;
      this.#take(next.bytes);
      next.resolve();
    }
  }

  #fits(bytes: number): boolean {
    return this.#places > 0 && this.#bytes >= bytes;
  }

  #take(bytes: number): void {
    this.#places -= 1;
    this.#bytes -= bytes;
  }
}
