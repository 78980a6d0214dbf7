/** Commands of the design that later work brings; named so that nobody has to guess. Dutch, for people. */
export const NOT_BUILT_YET: ReadonlyMap<string, string> = new Map(Object.entries({
  advice: 'advies vragen voor een gegevensdeling',
  retention: 'bewaartermijnen en vernietigingslijsten vanaf de opdrachtregel',
  clock: 'een verdachte klok bevestigen',
  report: 'het jaarverslag vanaf de opdrachtregel',
  overview: 'het overzicht voor een betrokkene',
  backup: 'een reservekopie maken',
  restore: 'een reservekopie terugzetten',
  'migrate-store': 'overstappen naar een andere opslag',
  export: 'het grootboek uitvoeren naar een e-depot',
  doctor: 'de installatie nakijken',
}));
