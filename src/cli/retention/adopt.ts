import { readFileSync } from 'node:fs';
import { post } from '#src/cli/api-call';
import { CommandFailure, EXIT, flag, text, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { needed } from '#src/cli/retention/needed';
import type { AdoptedScheduleAnswer } from '#src/retention/adopt-schedule.command';
import { counted } from '#src/words/counted';

/** The college adopts a schedule: a shipped one by name, or the rules of a file. */
export async function adoptSchedule(values: OptionValues, surroundings: Surroundings): Promise<ExitCode> {
  const file = text(values, 'rules');
  const adoptedBy = text(values, 'adopted-by');
  const adopted = await post(values, surroundings, '/v1/retention-schedules', {
    schedule: needed(values, 'schedule'), mandate: needed(values, 'mandate'), on: needed(values, 'on'),
    archivistAdvice: needed(values, 'archivist-advice'),
    ...(adoptedBy === undefined ? {} : { adoptedBy }), ...(file === undefined ? {} : { rules: rulesIn(file) }),
  }) as AdoptedScheduleAnswer;
  surroundings.out(flag(values, 'json')
    ? JSON.stringify({ ok: true, ...adopted })
    : `Het schema is vastgesteld: ${counted(adopted.rules, 'regel', 'regels')}.`);
  return EXIT.done;
}

/** A list of rules, or an object with them under `rules`, as the shipped schedules are. */
export function rulesIn(file: string): unknown {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new CommandFailure('rules-unreadable', 'Het bestand van --rules is er niet of is geen JSON.');
  }
  return Array.isArray(content) ? content : (content as { readonly rules?: unknown } | null)?.rules ?? null;
}
