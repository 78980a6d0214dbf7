import { randomBytes, randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { streamName, type StreamName, type SubjectId } from '#domain/ledger/ids';
import type { Registration, Vault } from '#infra/vault/port';
import { openFreshSqliteVault, openMemoryVault, type OpenVault } from './harness.js';

const BSN = { bsn: '999993653' };
const OTHER_BSN = { bsn: '999990019' };
const newStream = (): StreamName => streamName('dossier', randomUUID());
const newSubject = (): SubjectId => randomUUID() as SubjectId;

function firstOf(stream: StreamName, subjectId: SubjectId, more: Partial<Registration> = {}): Registration {
  return {
    stream, newKey: randomBytes(32), reference: { system: 'suites', reference: `Z-${stream}` },
    newIdentities: [{ subjectId, law: 'jeugdwet', identifier: BSN }], subjects: [subjectId], ...more,
  };
}

describe.each([['memory', openMemoryVault], ['SQLite', openFreshSqliteVault]])('the vault in %s', (_name, open) => {
  let opened: OpenVault;
  let vault: Vault;
  beforeEach(() => {
    opened = open();
    vault = opened.vault;
  });
  afterEach(() => opened.close());

  it('knows nothing at first', async () => {
    expect(await vault.streamKey(newStream())).toBeNull();
    expect(await vault.findStream({ system: 'suites', reference: 'Z-1' })).toBeNull();
    expect(await vault.findSubject('jeugdwet', BSN)).toBeNull();
    expect(await vault.subjectsOf(newStream())).toEqual([]);
    expect(await vault.openRun()).toBeNull();
    expect(vault.changeCount()).toBe(0);
  });

  it('keeps key, index entry, identity and row of a registration', async () => {
    const stream = newStream();
    const subject = newSubject();
    const registration = firstOf(stream, subject);
    expect(await vault.register(registration)).toEqual({ kind: 'registered' });
    expect(Buffer.from((await vault.streamKey(stream))!)).toEqual(Buffer.from(registration.newKey!));
    expect(await vault.findStream(registration.reference!)).toBe(stream);
    expect(await vault.findSubject('jeugdwet', BSN)).toBe(subject);
    expect(await vault.subjectsOf(stream)).toEqual([subject]);
    expect(await vault.streamsOf(subject)).toEqual([stream]);
    expect(vault.changeCount()).toBe(1);
  });

  it('knows a person under one law only', async () => {
    await vault.register(firstOf(newStream(), newSubject()));
    expect(await vault.findSubject('wmo-2015', BSN)).toBeNull();
    const inWmo = newSubject();
    await vault.register(firstOf(newStream(), inWmo, { newIdentities: [{ subjectId: inWmo, law: 'wmo-2015', identifier: BSN }] }));
    expect(await vault.findSubject('wmo-2015', BSN)).toBe(inWmo);
    expect(await vault.findSubject('jeugdwet', BSN)).not.toBe(inWmo);
  });

  it('joins a person over laws by whom it is, never by another', async () => {
    const [inJeugd, inWmo, other] = [newSubject(), newSubject(), newSubject()];
    await vault.register(firstOf(newStream(), inJeugd));
    await vault.register(firstOf(newStream(), inWmo, { newIdentities: [{ subjectId: inWmo, law: 'wmo-2015', identifier: BSN }] }));
    await vault.register(firstOf(newStream(), other, { newIdentities: [{ subjectId: other, law: 'wmo-2015', identifier: OTHER_BSN }] }));
    expect(await vault.sameUnder(inJeugd, ['wmo-2015', 'jeugdwet', 'wgs'])).toEqual([inWmo]);
    expect(await vault.sameUnder(inWmo, ['jeugdwet'])).toEqual([inJeugd]);
    expect(await vault.sameUnder(other, ['jeugdwet'])).toEqual([]);
    expect(await vault.sameUnder(newSubject(), ['jeugdwet'])).toEqual([]);
  });

  it('knows a person by the case system\'s own reference, whatever the order of its members', async () => {
    const subject = newSubject();
    await vault.register(firstOf(newStream(), subject, { newIdentities: [{ subjectId: subject, law: 'jeugdwet', identifier: { system: 'suites', reference: 'P-7' } }] }));
    expect(await vault.findSubject('jeugdwet', { reference: 'P-7', system: 'suites' })).toBe(subject);
    expect(await vault.findSubject('jeugdwet', { system: 'suite', reference: 'sP-7' })).toBeNull();
  });

  it('never reads two parts of a reference as one', async () => {
    const stream = newStream();
    await vault.register(firstOf(stream, newSubject(), { reference: { system: 'ab', reference: 'c' } }));
    expect(await vault.findStream({ system: 'ab', reference: 'c' })).toBe(stream);
    expect(await vault.findStream({ system: 'a', reference: 'bc' })).toBeNull();
    expect(vault.deduplicationKey('ab', 'c')).not.toEqual(vault.deduplicationKey('a', 'bc'));
    expect(vault.deduplicationKey('ab', 'c')).toEqual(vault.deduplicationKey('ab', 'c'));
    expect(vault.deduplicationKey('ab', 'c')).toHaveLength(32);
  });

  it('takes the same registration again, and changes nothing', async () => {
    const registration = firstOf(newStream(), newSubject());
    await vault.register(registration);
    expect(await vault.register(registration)).toEqual({ kind: 'registered' });
    expect(vault.changeCount()).toBe(1);
  });

  it.each<[string, (known: Registration) => Registration]>([
    ['a reference that points elsewhere', (known) => firstOf(newStream(), known.subjects[0]!, { reference: known.reference!, newIdentities: [] })],
    ['another key for a stream that has one', (known) => ({ ...known, newKey: randomBytes(32) })],
    ['a stream without a key', (known) => ({ stream: newStream(), newIdentities: [], subjects: known.subjects })],
    ['a person who got another id', () => firstOf(newStream(), newSubject())],
    ['an id that is another person', (known) => firstOf(newStream(), known.subjects[0]!, { newIdentities: [{ subjectId: known.subjects[0]!, law: 'jeugdwet', identifier: OTHER_BSN }] })],
    ['an identity that is gone', () => firstOf(newStream(), newSubject(), { newIdentities: [] })],
    ['one person under two new ids', () => {
      const [a, b] = [newSubject(), newSubject()];
      return firstOf(newStream(), a, { subjects: [a, b], newIdentities: [a, b].map((subjectId) => ({ subjectId, law: 'jeugdwet', identifier: OTHER_BSN })) });
    }],
  ])('answers conflict to %s, and keeps nothing of it', async (_case, conflicting) => {
    const known = firstOf(newStream(), newSubject());
    await vault.register(known);
    const registration = conflicting(known);
    expect(await vault.register(registration)).toEqual({ kind: 'conflict' });
    expect(vault.changeCount()).toBe(1);
    if (registration.stream !== known.stream) {
      expect(await vault.streamKey(registration.stream)).toBeNull();
      expect(await vault.subjectsOf(registration.stream)).toEqual([]);
    }
    expect(await vault.findStream(known.reference!)).toBe(known.stream);
    expect(await vault.findSubject('jeugdwet', BSN)).toBe(known.subjects[0]);
  });

  it('destroys key, index entry, rows and every identity nobody else needs; again it finds nothing', async () => {
    const [shared, own] = [newSubject(), newSubject()];
    const [gone, stays] = [newStream(), newStream()];
    const goneRegistration = firstOf(gone, shared, { subjects: [shared, own], newIdentities: [{ subjectId: shared, law: 'jeugdwet', identifier: BSN }, { subjectId: own, law: 'jeugdwet', identifier: OTHER_BSN }] });
    await vault.register(goneRegistration);
    await vault.register(firstOf(stays, shared, { newIdentities: [] }));
    expect(await vault.streamKey(gone)).not.toBeNull();
    expect(await vault.destroyStreams([gone])).toEqual({ identitiesRemoved: 1 });
    expect(await vault.streamKey(gone)).toBeNull();
    expect(await vault.findStream(goneRegistration.reference!)).toBeNull();
    expect(await vault.subjectsOf(gone)).toEqual([]);
    expect(await vault.findSubject('jeugdwet', OTHER_BSN)).toBeNull();
    expect(await vault.findSubject('jeugdwet', BSN)).toBe(shared);
    expect(vault.changeCount()).toBe(3);
    expect(await vault.destroyStreams([gone])).toEqual({ identitiesRemoved: 0 });
    expect(vault.changeCount()).toBe(3);
    expect(await vault.destroyStreams([stays])).toEqual({ identitiesRemoved: 1 });
    expect(await vault.findSubject('jeugdwet', BSN)).toBeNull();
  });

  it('destroys an identity shared by two streams of one run once', async () => {
    const subject = newSubject();
    const [one, two] = [newStream(), newStream()];
    await vault.register(firstOf(one, subject));
    await vault.register(firstOf(two, subject, { newIdentities: [] }));
    expect(await vault.destroyStreams([one, two])).toEqual({ identitiesRemoved: 1 });
  });

  it('never registers a fenced stream or reference again, and the fence names only those', async () => {
    const registration = firstOf(newStream(), newSubject());
    expect(vault.isFenced({ stream: registration.stream })).toBe(false);
    await vault.fence([{ stream: registration.stream, references: [registration.reference!] }], 2026);
    expect(vault.isFenced({ stream: registration.stream })).toBe(true);
    expect(vault.isFenced({ reference: registration.reference! })).toBe(true);
    expect(vault.isFenced({ stream: newStream(), reference: { system: 'suites', reference: 'Z-2' } })).toBe(false);
    expect(await vault.register(registration)).toEqual({ kind: 'fenced' });
    expect(await vault.register(firstOf(newStream(), newSubject(), { reference: registration.reference! }))).toEqual({ kind: 'fenced' });
    expect(vault.changeCount()).toBe(0);
    expect(await vault.register(firstOf(newStream(), newSubject()))).toEqual({ kind: 'registered' });
  });

  it('removes what belongs to streams without events, and nothing else', async () => {
    const registrations = Array.from({ length: 5 }, () => {
      const subject = newSubject();
      return firstOf(newStream(), subject, { newIdentities: [{ subjectId: subject, law: 'jeugdwet', identifier: { system: 's', reference: subject } }] });
    });
    for (const registration of registrations) await vault.register(registration);
    const living = new Set(registrations.slice(0, 3).map(({ stream }) => stream));
    expect(await vault.removeOrphans(async (streams) => streams.filter((stream) => !living.has(stream)))).toBe(2);
    for (const { stream, reference, newIdentities } of registrations) {
      const lives = living.has(stream);
      expect(await vault.streamKey(stream) !== null).toBe(lives);
      expect(await vault.findStream(reference!) !== null).toBe(lives);
      expect(await vault.findSubject('jeugdwet', newIdentities[0]!.identifier) !== null).toBe(lives);
    }
    expect(await vault.removeOrphans(async (streams) => streams.filter((stream) => !living.has(stream)))).toBe(0);
  });

  it('keeps the pieces of a journal with it: of any length, and gone with it', async () => {
    const text = 'x'.repeat(300_000);
    await vault.saveRunPart(0, text);
    await vault.saveRunPart(1, 'een');
    await vault.saveRunPart(1, 'twee');
    // A run that was never written itself is none.
    expect(await vault.openRun()).toBeNull();
    await vault.saveRun({ runId: 'r1', state: '{}' });
    expect([await vault.runPart(0), await vault.runPart(1), await vault.runPart(2)]).toEqual([text, 'twee', null]);
    await vault.eraseRun();
    expect([await vault.runPart(0), await vault.runPart(1)]).toEqual([null, null]);
    expect(vault.changeCount()).toBe(5);
  });

  it('lets a run that ended rest beside the next one, until it is complete', async () => {
    await vault.saveRunPart(0, 'stuk');
    await vault.saveRun({ runId: 'r2', state: '{"open":2}' });
    await vault.restRun({ runId: 'r2', state: '{"rust":2}' });
    expect([await vault.openRun(), await vault.runPart(0)]).toEqual([null, null]);
    await vault.saveRun({ runId: 'r3', state: '{"open":3}' });
    await vault.saveRestingRun({ runId: 'r1', state: '{"rust":1}' });
    await vault.saveRestingRun({ runId: 'r2', state: '{"rust":22}' });
    expect(await vault.restingRuns()).toEqual([{ runId: 'r1', state: '{"rust":1}' }, { runId: 'r2', state: '{"rust":22}' }]);
    await vault.eraseRestingRun('r1');
    await vault.eraseRestingRun('r1');
    await vault.eraseRun();
    expect(await vault.restingRuns()).toEqual([{ runId: 'r2', state: '{"rust":22}' }]);
    expect(vault.changeCount()).toBe(8);
  });

  it('keeps the journal of one run until it is erased', async () => {
    await vault.saveRun({ runId: 'r1', state: '{"step":1}' });
    await vault.saveRun({ runId: 'r1', state: '{"step":2}' });
    expect(await vault.openRun()).toEqual({ runId: 'r1', state: '{"step":2}' });
    expect(vault.changeCount()).toBe(2);
    await vault.eraseRun();
    expect(await vault.openRun()).toBeNull();
    await vault.eraseRun();
    expect(vault.changeCount()).toBe(3);
  });
});
