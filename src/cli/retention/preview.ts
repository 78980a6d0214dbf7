import { CHANGE_REASONS, type ChangeReason } from '#domain/retention/schedule-change';
import { post } from '#src/cli/api-call';
import { EXIT, flag, text, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { rulesIn } from '#src/cli/retention/adopt';
import { dutchDay, plain } from '#src/cli/retention/list-words';
import { needed } from '#src/cli/retention/needed';
import type { PreviewedChange, SchedulePreview } from '#src/retention/preview-schedule.query';
import { counted } from '#src/words/counted';

const PAGE = 500;

/** Every dossier whose date would move if this schedule were adopted today; nothing is recorded. */
export async function previewSchedule(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const file = text(values, 'rules');
  const asked = { schedule: needed(values, 'schedule'), limit: PAGE, ...(file === undefined ? {} : { rules: rulesIn(file) }) };
  const ask = (after?: string): Promise<SchedulePreview> =>
    post(values, surroundings, '/v1/retention-schedules/_preview', { ...asked, ...(after === undefined ? {} : { after }) }) as Promise<SchedulePreview>;
  const first = await ask();
  const changes = [...first.changes];
  for (let { next } = first; next !== undefined;) {
    const page = await ask(next);
    changes.push(...page.changes);
    next = page.next;
  }
  const { schedule, against, today, counts, knownAt } = first;
  surroundings.out(flag(values, 'json')
    ? JSON.stringify({ ok: true, schedule, against, today, counts, changes, knownAt })
    : [...heading(first), ...changes.map(changeLine)].join('\n'));
  return EXIT.done;
}

function heading({ schedule, against, counts }: SchedulePreview): readonly string[] {
  const beside = against === null ? 'er is nog niets vastgesteld' : `nu geldt ${plain(against)}`;
  if (counts === undefined) return [];
  const { dossiers, moved, earlier, later, dueAtOnce, byReason } = counts;
  const why = Object.entries(byReason).map(([reason, count]) => `  ${String(count).padStart(6)}  ${CHANGE_REASONS[reason as ChangeReason]}`);
  return [
    `Schema ${plain(schedule)} (${beside}): van ${counted(dossiers, 'dossier', 'dossiers')} ${moved === 1 ? 'verschuift' : 'verschuiven'} er ${moved}.`,
    `Eerder: ${earlier}; later: ${later}; meteen te vernietigen: ${dueAtOnce}. Er is niets vastgelegd.`, ...why,
  ];
}

function changeLine({ dossier, stream, from, to, why }: PreviewedChange): string {
  const day = (date: string | null): string => date === null ? 'geen dag' : dutchDay(date);
  const name = dossier === null ? stream : plain(`${dossier.system} ${dossier.reference}`);
  return `${day(from.firstDestructionDay)} -> ${day(to.firstDestructionDay)}  ${to.rule === null ? '-' : plain(to.rule.id)}  ${name}  ${why}`;
}
