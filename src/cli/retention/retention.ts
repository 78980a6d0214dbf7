import { AGENDA_CATEGORIES } from '#projections/retention-agenda/queries';
import { API_OPTIONS } from '#src/cli/api-call';
import { WrongUse, text, type Command } from '#src/cli/command';
import { showAgenda } from '#src/cli/retention/agenda';

const NOT_BUILT_YET: ReadonlySet<string> = new Set(['adopt', 'propose', 'submit', 'review', 'approve', 'cancel', 'execute', 'nightly']);

export const retention: Command = {
  name: 'retention',
  summary: 'toon wat weg mag, wat straks, en wat wacht (retention agenda)',
  argument: { name: 'action', value: 'agenda' },
  options: {
    ...API_OPTIONS,
    category: { type: 'string', value: 'stand', help: `alleen deze stand: ${AGENDA_CATEGORIES.join(', ')}` },
    limit: { type: 'string', value: 'aantal', help: 'hoeveel dossiers hoogstens (anders 100)' },
  },
  async run(values, surroundings) {
    const action = text(values, 'action');
    if (action === 'agenda') return showAgenda(values, surroundings);
    throw new WrongUse(action !== undefined && NOT_BUILT_YET.has(action)
      ? 'Dit deel van "retention" is nog niet gebouwd; er is "retention agenda".'
      : 'Gebruik: rekenschap retention agenda.');
  },
};
