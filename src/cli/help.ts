import { COMMON_OPTIONS, type Command } from '#src/cli/command';

export function overview(commands: readonly Command[], notBuilt: ReadonlyMap<string, string>): string {
  return [
    'Rekenschap: grootboek voor toestemming en verantwoording in het sociaal domein.',
    '',
    'Gebruik: rekenschap <commando> [opties]',
    '',
    ...commands.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`),
    `  ${'help'.padEnd(14)}deze uitleg, of die van één commando`,
    '',
    'Nog niet gebouwd:',
    ...[...notBuilt].map(([name, summary]) => `  ${name.padEnd(14)}${summary}`),
    '',
    'Uitgangscodes: 0 gelukt, 1 mislukt, 2 verkeerd gebruikt, 3 geschonden of niet te controleren.',
  ].join('\n');
}

export function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, ...COMMON_OPTIONS } as Command['options']);
  const shown = options.map(([name, { value, help }]) => [`--${name}${value === undefined ? '' : ` <${value}>`}`, help] as const);
  const width = Math.max(...shown.map(([name]) => name.length)) + 2;
  return [
    `rekenschap ${command.name}${command.argument === undefined ? '' : ` <${command.argument.value}>`}: ${command.summary}`,
    '',
    ...shown.map(([name, help]) => `  ${name.padEnd(width)}${help}`),
  ].join('\n');
}
