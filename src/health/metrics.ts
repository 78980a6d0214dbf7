import type { Ledger } from '#src/composition/ledger';
import { readinessOf } from '#src/health/readiness';

/** Prometheus text format 0.0.4. Labels name views of the ledger, never anything of a dossier. */
export function metricsText(ledger: Ledger): string {
  const size = ledger.store.head().size;
  const { views } = ledger.runner.status();
  return [
    ...metric('rekenschap_head_size', 'gauge', 'Leaves under the last signed checkpoint.', [['', size]]),
    ...metric('rekenschap_ready', 'gauge', '1 when nothing is halted.', [['', readinessOf(ledger).status === 'ready' ? 1 : 0]]),
    ...metric('rekenschap_clock_suspect', 'gauge', '1 while the clock is not believed: nothing expires, nothing is destroyed.', [['', ledger.clockWatch.doubt === null ? 0 : 1]]),
    ...metric('rekenschap_view_position', 'gauge', 'Last position a view has applied; -1 when none.',
      views.map((view) => [`{view="${view.name}"}`, view.position])),
    ...metric('rekenschap_vault_changes', 'counter', 'Changes of the vault.', [['', ledger.vault.changeCount()]]),
    '',
  ].join('\n');
}

function metric(name: string, type: 'gauge' | 'counter', help: string, values: readonly (readonly [labels: string, value: number])[]): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...values.map(([labels, value]) => `${name}${labels} ${value}`)];
}
