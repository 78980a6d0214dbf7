import { existsSync, readFileSync, readdirSync, statSync, statfsSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import type { Folders, Problem } from '#src/cli/doctor/problem';

const OTHERS = 0o077;
const GIBIBYTE = 2 ** 30;
/** Meant to be given away: who verifies needs it. */
const PUBLIC = new Set(['log.vkey']);

/** Where the pieces lie, who can reach them, and whether there is room. Looks, changes nothing. */
export function problemsOfPlaces(folders: Folders): readonly Problem[] {
  return [...missing(folders), ...rights(folders), ...heads(folders), ...masterKey(folders), ...room(folders)];
}

function missing({ headDirs, masterKeyFile }: Folders): readonly Problem[] {
  const problems: Problem[] = headDirs.filter((dir) => !existsSync(dir)).map((dir) => ({
    code: 'head-folder-missing', what: `De hoofdmap ${dir} is er niet.`,
    advice: 'Kijk of de schijf gekoppeld is en of REKENSCHAP_HEAD_DIR klopt. Zet de map anders terug uit de back-up.',
  }));
  const folder = dirname(masterKeyFile);
  const files = [masterKeyFile, join(folder, 'log.key'), join(folder, 'token.key')].filter((file) => !existsSync(file));
  if (files.length > 0) {
    problems.push({
      code: 'key-missing-file', what: `Er ontbreekt een sleutel: ${files.join(', ')}.`,
      advice: 'Kijk of REKENSCHAP_MASTER_KEY_FILE klopt, of zet de sleutel terug uit de back-up. Zonder sleutels is het grootboek niet te lezen.',
    });
  }
  return problems;
}

/** Of the key folder only the keys: it may be shared with what else the machine keeps there. */
function rights({ dataDir, headDirs, masterKeyFile }: Folders): readonly Problem[] {
  const keyDir = dirname(masterKeyFile);
  return [...new Set([dataDir, ...headDirs, keyDir])].flatMap((folder): Problem[] => {
    const stats = statOf(folder);
    if (stats === null) return [];
    const inside = folder === keyDir ? [masterKeyFile, join(folder, 'log.key'), join(folder, 'token.key')].filter(existsSync)
      : filesIn(folder).filter(({ name }) => !PUBLIC.has(name)).map(({ path }) => path);
    const open = [folder, ...inside].filter((path) => ((statOf(path)?.mode ?? 0) & OTHERS) !== 0);
    const foreign = inside.filter((path) => (statOf(path)?.uid ?? stats.uid) !== stats.uid);
    return [
      ...(open.length === 0 ? [] : [{
        code: 'open-to-others', what: `Anderen op deze machine kunnen erbij: ${named(open)}.`,
        advice: `Geef alleen de eigenaar rechten: chmod -R go-rwx ${folder}`,
      }]),
      ...(foreign.length === 0 ? [] : [{
        code: 'other-owner', what: `Niet alles in ${folder} is van de eigenaar van die map: ${named(foreign)}.`,
        advice: 'Geef deze bestanden met chown aan de gebruiker waaronder de dienst draait.',
      }]),
    ];
  });
}

function heads({ dataDir, headDirs }: Folders): readonly Problem[] {
  const problems: Problem[] = [];
  if (headDirs.length === 1) {
    problems.push({
      code: 'one-head-folder', what: 'Er is maar één hoofdmap. Gaat die verloren, dan is niet meer na te gaan of het grootboek geschonden is.',
      advice: 'Noem in REKENSCHAP_HEAD_DIR twee mappen met een komma ertussen, liefst op verschillende machines.',
    });
  }
  const disk = statOf(dataDir)?.dev;
  for (const dir of headDirs.filter((one) => disk !== undefined && statOf(one)?.dev === disk)) {
    problems.push({
      code: 'head-on-data-disk', what: `De hoofdmap ${dir} ligt op dezelfde schijf als de gegevensmap. Eén kapotte schijf neemt beide mee.`,
      advice: 'Zet de hoofdmap op een andere schijf, liefst van een andere machine (REKENSCHAP_HEAD_DIR).',
    });
  }
  const keys = headDirs.filter(existsSync).map((dir) => ({ dir, key: textOf(join(dir, 'log.vkey')) }));
  for (const { dir } of keys.filter(({ key }) => key === null)) {
    problems.push({
      code: 'log-vkey-missing', what: `In de hoofdmap ${dir} ontbreekt log.vkey. Zonder dat bestand kan niemand controleren.`,
      advice: 'Zet log.vkey terug uit een andere hoofdmap of uit de back-up.',
    });
  }
  if (new Set(keys.flatMap(({ key }) => key ?? [])).size > 1) {
    problems.push({
      code: 'head-folders-differ', what: 'De hoofdmappen horen niet bij hetzelfde grootboek: log.vkey verschilt.',
      advice: 'Kijk of REKENSCHAP_HEAD_DIR de goede mappen noemt.',
    });
  }
  return problems;
}

function masterKey({ dataDir, masterKeyFile }: Folders): readonly Problem[] {
  const folder = dirname(masterKeyFile);
  if (folder === dataDir || folder.startsWith(`${dataDir}${sep}`)) {
    return [{
      code: 'key-in-data-folder', what: 'De hoofdsleutel ligt in de gegevensmap. Wie een kopie van die map heeft, kan alles lezen.',
      advice: 'Zet de sleutelmap ergens anders en noem haar in REKENSCHAP_MASTER_KEY_FILE. Kijk ook of de back-ups de sleutel bevatten.',
    }];
  }
  const beside = [folder, dirname(folder)].includes(dirname(dataDir)) && statOf(folder)?.dev === statOf(dataDir)?.dev;
  return !beside ? [] : [{
    code: 'key-beside-data-folder', what: 'De hoofdsleutel ligt naast de gegevensmap. Een back-up van de map erboven bevat dan ook de sleutel.',
    advice: 'Zet de sleutelmap op een andere plek, bijvoorbeeld onder /etc, met een eigen back-up (REKENSCHAP_MASTER_KEY_FILE).',
  }];
}

/** Cleaning up after a destruction writes ledger.db once more beside itself. */
function room({ dataDir, headDirs }: Folders): readonly Problem[] {
  const needed = Math.max(GIBIBYTE, statOf(join(dataDir, 'ledger.db'))?.size ?? 0);
  const disks = new Map([dataDir, ...headDirs].flatMap((dir) => {
    const disk = statOf(dir)?.dev;
    return disk === undefined ? [] : [[disk, dir] as const];
  }).reverse());
  return [...disks.values()].flatMap((dir): Problem[] => {
    const { bavail, bsize } = statfsSync(dir);
    const wanted = dir === dataDir ? needed : GIBIBYTE;
    return bavail * bsize >= wanted ? [] : [{
      code: 'disk-nearly-full', what: `Op de schijf van ${dir} is nog ${gibibytes(bavail * bsize)} GiB vrij; nodig is ${gibibytes(wanted)} GiB.`,
      advice: 'Maak ruimte of vergroot de schijf. Als hij vol is, legt het grootboek niets meer vast.',
    }];
  });
}

function filesIn(folder: string): readonly { readonly name: string; readonly path: string }[] {
  try {
    return readdirSync(folder).map((name) => ({ name, path: join(folder, name) }));
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

const NAMED_MAX = 5;

function named(paths: readonly string[]): string {
  const more = paths.length - NAMED_MAX;
  return `${paths.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` en nog ${more}` : ''}`;
}

function gibibytes(bytes: number): string {
  return (bytes / GIBIBYTE).toFixed(1).replace('.', ',');
}
