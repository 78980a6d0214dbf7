import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { SystemClock } from '#infra/clock/system-clock';
import { openKeys } from '#infra/keys/key-folder';
import { formatVerification } from '#infra/verifier/verification';
import { verify } from '#infra/verifier/verify';
import { restore, resumeRestore, type Restored } from '#src/backup/restore';
import { CommandFailure, EXIT, FOLDER_OPTIONS, WrongUse, flag, text, type Command, type OptionValues } from '#src/cli/command';
import { configOf } from '#src/cli/folders';
import { exitCodeOf } from '#src/cli/verify';

export const restoreCommand: Command = {
  name: 'restore',
  summary: 'zet een reservekopie terug (de dienst moet stilstaan)',
  options: {
    ...FOLDER_OPTIONS,
    ledger: { type: 'string', value: 'map', help: 'map met de kopie van het grootboek; weglaten als dat nog in de gegevensmap staat' },
    vault: { type: 'string', value: 'map', help: 'map met de kopie van de kluis; weglaten als die nog in de gegevensmap staat' },
    'new-epoch': { type: 'boolean', help: 'begin een nieuw tijdvak: nodig als de kopie ouder is dan het grootboek was' },
    'accept-loss': { type: 'boolean', help: 'leg vast dat gebeurtenissen onleesbaar zijn omdat hun sleutel niet terugkwam' },
    against: { type: 'string', value: 'bestand,…', help: 'nieuwste hoofdregel, verklaring of ontvangstbewijs dat elders bewaard is' },
    certificate: { type: 'string', value: 'bestand', help: 'schrijf de verklaring van wat opnieuw vernietigd is naar dit bestand (JSON)' },
    resume: { type: 'boolean', help: 'maak een afgebroken terugzetten af' },
  },
  async run(values, surroundings) {
    const config = configOf(values, surroundings);
    const clock = new SystemClock();
    const folderOf = (name: string): string | null => (text(values, name) === undefined ? null : resolve(text(values, name)!));
    const choices = ['ledger', 'vault', 'new-epoch', 'accept-loss', 'against'].filter((name) => values[name] !== undefined);
    if (flag(values, 'resume') && choices.length > 0) throw new WrongUse('Bij --resume hoort niets anders: wat gekozen was, is bewaard.');
    const restored = flag(values, 'resume') ? await resumeRestore({ config, clock }) : await restore({
      config, clock, ledgerFolder: folderOf('ledger'), vaultFolder: folderOf('vault'),
      newEpoch: flag(values, 'new-epoch'), acceptLoss: flag(values, 'accept-loss'), shown: shownTexts(values),
    });
    const certificateFile = text(values, 'certificate');
    if (certificateFile !== undefined && restored.certificate !== null) writeFileSync(resolve(certificateFile), `${JSON.stringify(restored.certificate, null, 2)}\n`, { mode: 0o600 });
    const { master } = openKeys(config);
    const verified = await verify({ dataDir: config.dataDir, headDirs: config.headDirs, keys: { master } });
    surroundings.out(flag(values, 'json')
      ? JSON.stringify({ ok: true, ...restored, verified: { answer: verified.answer, findings: verified.findings } })
      : `${sentences(restored)}\n${formatVerification(verified).trimEnd()}`);
    return verified.answer === 'intact' ? EXIT.done : exitCodeOf(verified);
  },
};

function sentences({ epoch, size, lost, destroyedAgain, keysLost, certificate }: Restored): string {
  return [
    `Teruggezet tot en met ${size} bladen; dit is tijdvak ${epoch}. Dat is vastgelegd.`,
    ...lost === null ? [] : [`Verloren: de bladen ${lost[0]} tot en met ${lost[1]}. Vraag de bronnen hun berichten van na de reservekopie opnieuw te sturen.`],
    ...destroyedAgain.streams === 0 ? [] : [`Opnieuw vernietigd wat na de reservekopie al vernietigd was: ${destroyedAgain.streams} stromen, ${destroyedAgain.leaves} gebeurtenissen.`],
    ...certificate === null ? [] : ['Daarvan is een verklaring van vernietiging gemaakt; zij staat in het grootboek (en met --certificate in een bestand).'],
    ...keysLost.streams === 0 ? [] : [`Onleesbaar doordat hun sleutel niet terugkwam: ${keysLost.streams} stromen, ${keysLost.leaves} gebeurtenissen.`],
  ].join('\n');
}

function shownTexts(values: OptionValues): readonly string[] {
  const files = text(values, 'against');
  if (files === undefined) return [];
  return files.split(',').map((file) => {
    try {
      return readFileSync(file.trim(), 'utf8');
    } catch {
      throw new CommandFailure('file-missing', 'Een bestand bij --against is niet te lezen.');
    }
  });
}
