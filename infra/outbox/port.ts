/** What is still to be told to others, by id; each message there whole or not at all. */
export interface Outbox<Message> {
  /** Every message by its id; what cannot be opened is left out and left there. */
  all(): ReadonlyMap<string, Message>;
  /** Durable when it returns the id. */
  add(message: Message): string;
  put(id: string, message: Message): void;
  /** No byte of it stays. */
  remove(id: string): void;
  /** What a crash left half written. */
  clean(): void;
}
