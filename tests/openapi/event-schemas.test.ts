import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_TYPE_PREFIX, SENT_EVENT_TYPES } from '#domain/catalogue';
import { DTO_BY_TYPE } from '#src/events/dto/by-type';
import { validateEventData } from '#src/events/validation';
import { generated as dataOf } from '../domain/event-data/generated.js';
import { generated, schemaValidators } from './schemas.js';

const RUNS = 40;
const accepts = schemaValidators({ closed: false })({ $ref: '#/components/schemas/CloudEvent' });
const envelope = (type: string, data: unknown) => ({
  specversion: '1.0', id: 'bericht-1', source: 'urn:nld:oin:00000001823288444000:systeem:wmo', type: EVENT_TYPE_PREFIX + type, data,
});

describe('what the service accepts, the document accepts', () => {
  it.each(SENT_EVENT_TYPES)('%s', (type) => {
    fc.assert(fc.property(fc.oneof(dataOf(type, 'minimal'), dataOf(type, 'some'), dataOf(type, 'maximal')), (data) => {
      expect(validateEventData(type, data)).toMatchObject({ ok: true });
      expect(accepts(envelope(type, data)), JSON.stringify(accepts.errors?.slice(0, 3))).toBe(true);
    }), { numRuns: RUNS });
  });
});

describe('what the document refuses, the service refuses (control)', () => {
  it.each(SENT_EVENT_TYPES)('%s: an unknown field, and each field that must be there left out', (type) => {
    const name = DTO_BY_TYPE[type].name.replace(/Dto$/, '');
    const required = (generated['components'].schemas[name].required ?? []) as readonly string[];
    fc.assert(fc.property(dataOf(type, 'minimal'), (data) => {
      for (const wrong of [{ ...data, verzonnen: true }, ...required.map((field) => ({ ...data, [field]: undefined }))]) {
        const sent = JSON.parse(JSON.stringify(wrong)) as object;
        expect(accepts(envelope(type, sent)), JSON.stringify(sent)).toBe(false);
        expect(validateEventData(type, sent).ok, JSON.stringify(sent)).toBe(false);
      }
    }), { numRuns: 5 });
  });

  it('a type, a source or a version that does not exist', () => {
    const [data] = fc.sample(dataOf('consent-requested', 'minimal'), 1);
    const good = envelope('consent-requested', data);
    expect(accepts(good)).toBe(true);
    for (const wrong of [{ type: 'nl.overheid.sociaaldomein.verzonnen' }, { source: 'wmo' }, { specversion: '0.3' }, { id: '' }]) {
      expect(accepts({ ...good, ...wrong }), JSON.stringify(wrong)).toBe(false);
    }
  });
});
