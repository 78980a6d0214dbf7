/** Commands of the design that later work brings; named so that nobody has to guess. Dutch, for people. */
export const NOT_BUILT_YET: ReadonlyMap<string, string> = new Map(Object.entries({
  advice: 'advies vragen voor een gegevensdeling',
  report: 'het jaarverslag vanaf de opdrachtregel',
  overview: 'het overzicht voor een betrokkene',
  'migrate-store': 'overstappen naar een andere opslag',
}));
