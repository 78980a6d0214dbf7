import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isBsn } from '#domain/dossier/bsn';
import { runImport } from '#src/cli/import/run-import';
import { House } from '../http/harness.js';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'docs', 'voorbeelden');
/** In an order in which no message of another system comes before its dossier, but for those that are meant to. */
const SYSTEMS = ['aeolus', 'civision', 'jvs', 'klantcontact', 'corv', 'vir', 'i-schijf'] as const;

interface Expected {
  readonly note: string;
  readonly systems: readonly string[];
  readonly recorded: number;
  readonly rejected: readonly { readonly line: number; readonly code: string }[];
  readonly events: readonly { readonly type: string; readonly data: object; readonly origin?: object }[];
}

const json = <Value>(...path: readonly string[]): Value => JSON.parse(readFileSync(join(EXAMPLES, ...path), 'utf8')) as Value;

describe('examples of source systems', () => {
  let house: House;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rekenschap-voorbeelden-'));
    mkdirSync(join(folder, 'bronnen'));
    for (const system of SYSTEMS) copyFileSync(join(EXAMPLES, system, 'vertaaltabel.json'), join(folder, 'bronnen', `${system}.json`));
    house = await House.open({ sources: join(folder, 'bronnen') });
  });
  afterAll(async () => {
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('every folder is one of them', () => {
    expect(readdirSync(EXAMPLES, { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name).sort()).toEqual([...SYSTEMS].sort());
  });

  it.each(SYSTEMS)('%s: what is expected is recorded, and recorded once', async (system) => {
    const expected = json<Expected>(system, 'verwacht.json');
    const { source } = json<{ source: string }>(system, 'vertaaltabel.json');
    const given = readdirSync(join(EXAMPLES, system)).find((name) => /\.(csv|ndjson)$/.test(name))!;
    const file = join(folder, `${system}-${given}`);
    copyFileSync(join(EXAMPLES, system, given), file);
    const csv = given.endsWith('.csv');
    const token = await house.token('case-system', { source, systems: expected.systems });
    const asked = {
      file, format: csv ? 'csv' as const : 'ndjson' as const, source, token, withContent: false, url: `http://127.0.0.1:${house.port}`, today: '2026-03-02',
      ...(csv ? { mappingFile: join(EXAMPLES, system, 'kolommen.json') } : {}),
    };
    const before = house.size;
    const result = await runImport(asked, new AbortController().signal, () => undefined);

    expect(result.rejects.map(({ line, code }) => ({ line, code }))).toEqual(expected.rejected);
    expect(result).toMatchObject({ recorded: expected.recorded, known: 0 });
    const { entries } = await house.ledger.store.readAll(before, expected.recorded);
    const events = await Promise.all(entries.flatMap((entry) => (entry.kind === 'event' ? [house.ledger.writer.open(entry.event)] : [])));
    // Dossiers are recorded beside each other: what was sent says the order, not the position.
    const order = expected.events.map((one) => one.type);
    expect(events.map(({ type }) => type).sort()).toEqual([...order].sort());
    for (const one of expected.events) expect(events).toContainEqual(expect.objectContaining({ type: one.type, data: expect.objectContaining(deep(one.data)), ...(one.origin === undefined ? {} : { origin: expect.objectContaining(one.origin) }) }));
    // No number of a person is left in anything that was recorded.
    expect((JSON.stringify(events.map(({ data }) => data)).match(/\b[0-9]{9}\b/g) ?? []).filter(isBsn)).toEqual([]);

    expect(await runImport(asked, new AbortController().signal, () => undefined)).toMatchObject({ recorded: 0, known: expected.recorded });
  });

  it('every file says that it is made up, and names nobody outside the range for tests', () => {
    for (const system of SYSTEMS) {
      for (const name of readdirSync(join(EXAMPLES, system))) {
        const text = readFileSync(join(EXAMPLES, system, name), 'utf8');
        if (name.endsWith('.json')) expect(text).toContain('Verzonnen voorbeeld');
        else expect(text).toContain('SYN-');
        for (const number of text.match(/\b[0-9]{9}\b/g) ?? []) expect(number.startsWith('9999')).toBe(true);
      }
    }
  });
});

/** Objects within may hold more than is expected of them; lists are as long as said. */
function deep(value: object): object {
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, part(one)]));
}

function part(one: unknown): unknown {
  if (Array.isArray(one)) return one.map(part);
  return typeof one === 'object' && one !== null ? expect.objectContaining(deep(one)) : one;
}
