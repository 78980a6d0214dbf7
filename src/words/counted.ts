/** `1 dossier`, `2 dossiers`, `12.000 dossiers`. */
export function counted(count: number, one: string, many: string): string {
  return `${count.toLocaleString('nl-NL', { maximumFractionDigits: 1 })} ${count === 1 ? one : many}`;
}
