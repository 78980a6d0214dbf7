/** One thing that is wrong with an installation; both sentences in Dutch, never with personal data. */
export interface Problem {
  /** Stable, for whoever reads `--json`. */
  readonly code: string;
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

export interface Folders {
  readonly dataDir: string;
  readonly headDirs: readonly string[];
  readonly masterKeyFile: string;
}
