/**
 * What is to be read on paper or kept as PDF, as plain text only: no markup, no code, no addresses to fetch. The
 * template lays it out; nothing in it can be more than letters.
 */
export interface PrintedDocument {
  readonly title: string;
  /** One sentence for the file's own metadata. */
  readonly description: string;
  /** Who issues it, as in the file's metadata. */
  readonly issuer: string;
  /** Calendar date (2026-03-09) that the file carries: of the document itself, so that the same document is the same file. */
  readonly date: string;
  /** Under the title. */
  readonly introduction: readonly Block[];
  /** A list of the sections with their pages comes first. */
  readonly contents: boolean;
  readonly sections: readonly Section[];
}

export interface Section {
  readonly title: string;
  /** Behind the title in the list of contents. */
  readonly contentsNote?: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  /** A sentence the reader must not miss. */
  | { readonly kind: 'notice'; readonly text: string }
  /** A heading below the section's. */
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  /** Names with what they stand for. */
  | { readonly kind: 'terms'; readonly items: readonly (readonly [term: string, text: string])[] }
  | TableBlock
  /** Kept line by line in letters of one width: signed notes, hashes. */
  | { readonly kind: 'lines'; readonly text: string };

export interface TableBlock {
  readonly kind: 'table';
  readonly caption: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  /** Below the rows, in bold. */
  readonly total?: readonly string[];
}

export interface TableColumn {
  readonly title: string;
  /** Share of the width. */
  readonly width: number;
  readonly numeric?: boolean;
}
