import { EXCEPTION_KINDS } from '#domain/destruction/events';
import { HEARD, TELLING_MEANS } from '#domain/destruction/list-people';
import { AGENDA_CATEGORIES } from '#projections/retention-agenda/queries';
import { API_OPTIONS } from '#src/cli/api-call';
import { WrongUse, text, type Command, type ExitCode, type OptionValues, type Surroundings } from '#src/cli/command';
import { adoptSchedule } from '#src/cli/retention/adopt';
import { showAgenda } from '#src/cli/retention/agenda';
import { executeList, proposeList, showList, showLists } from '#src/cli/retention/lists';
import { runNightly } from '#src/cli/retention/nightly';
import { previewSchedule } from '#src/cli/retention/preview';
import { LIST_STEPS, takeStep } from '#src/cli/retention/steps';

type Action = (values: OptionValues, surroundings: Surroundings) => Promise<ExitCode>;

const ACTIONS: ReadonlyMap<string, Action> = new Map<string, Action>([
  ['agenda', showAgenda], ['preview', previewSchedule], ['adopt', adoptSchedule], ['propose', proposeList], ['lists', showLists], ['show', showList],
  ...LIST_STEPS.map((step): [string, Action] => [step.action, (values, surroundings) => takeStep(step, values, surroundings)]),
  ['execute', executeList], ['nightly', runNightly],
]);

const NAMES = [...ACTIONS.keys()];

export const retention: Command = {
  name: 'retention',
  summary: 'bewaartermijnen en vernietigingslijsten: agenda, vaststellen, opstellen tot uitvoeren',
  argument: { name: 'action', value: NAMES.join('|') },
  options: {
    ...API_OPTIONS,
    category: { type: 'string', value: 'stand', help: `agenda: alleen deze stand: ${AGENDA_CATEGORIES.join(', ')}` },
    limit: { type: 'string', value: 'aantal', help: 'agenda: hoeveel dossiers hoogstens (anders 100)' },
    schedule: { type: 'string', value: 'naam', help: 'preview, adopt: een meegeleverd schema, of de versie van de regels in --rules' },
    rules: { type: 'string', value: 'bestand', help: 'preview, adopt: JSON-bestand met eigen regels' },
    mandate: { type: 'string', value: 'plaats', help: 'adopt: nummer en datum van het besluit' },
    on: { type: 'string', value: 'dag', help: 'adopt: dag van het besluit (2026-01-31); hear, tell: de dag waarop dat was' },
    'adopted-by': { type: 'string', value: 'orgaan', help: 'adopt: wie besloot (anders het college van burgemeester en wethouders)' },
    'archivist-advice': { type: 'string', value: 'advies', help: 'adopt: het advies van de archivaris' },
    name: { type: 'string', value: 'naam', help: 'propose: naam van de lijst; approve: die naam, overgetypt' },
    procedure: { type: 'string', value: 'full|short', help: 'propose: volledige of korte procedure (anders full)' },
    erasure: { type: 'string', value: 'verzoek', help: 'propose: dossiers van de persoon wiens verzoek om wissing is toegewezen' },
    list: { type: 'string', value: 'id', help: 'de lijst waar het om gaat' },
    seen: { type: 'string', value: 'versie', help: 'de versie van de lijst die u heeft gezien (anders die van nu)' },
    reason: { type: 'string', value: 'tekst', help: 'cancel, request-changes, except, advise, take-over: waarom; hear: wat eruit kwam' },
    answer: { type: 'string', value: 'tekst', help: 'submit: antwoord op een verzoek om wijziging' },
    item: { type: 'string', value: 'nummer', help: 'except: de regel' },
    exception: { type: 'string', value: 'soort', help: `except: ${EXCEPTION_KINDS.join(', ')}, of none om de regel terug te zetten` },
    until: { type: 'string', value: 'dag', help: 'except: bij extend de laatste dag' },
    rule: { type: 'string', value: 'regel', help: 'except: bij other-rule de regel die moet gelden' },
    advice: { type: 'string', value: 'oordeel', help: 'advise: agreed of not-agreed' },
    part: { type: 'string', value: 'stap', help: 'take-over: drawing-up of review' },
    whom: { type: 'string', value: 'wie', help: `hear: ${HEARD.join(', ')}` },
    recipient: { type: 'string', value: 'nummer', help: 'tell: de ontvanger (anders alle die het nog niet weten)' },
    means: { type: 'string', value: 'manier', help: `tell: ${TELLING_MEANS.join(', ')}` },
    all: { type: 'boolean', help: 'lists: ook ingetrokken lijsten' },
    wait: { type: 'boolean', help: 'execute: wacht tot de lijst is uitgevoerd' },
  },
  async run(values, surroundings) {
    const action = ACTIONS.get(text(values, 'action') ?? '');
    if (action === undefined) throw new WrongUse(`Gebruik: rekenschap retention <${NAMES.join('|')}>.`);
    return action(values, surroundings);
  },
};
